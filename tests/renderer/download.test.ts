import { afterEach, expect, test, vi } from 'vitest';
import { download } from '../../renderer/src/api.ts';

afterEach(() => vi.unstubAllGlobals());

function answering(status: number): void {
  vi.stubGlobal('sessionStorage', { getItem: () => 'key' });
  vi.stubGlobal('fetch', async () => new Response(null, { status }));
}

test('why a file did not come is told by what the host answered', async () => {
  answering(404);
  await expect(download('token', 'onnx/model.onnx')).rejects.toThrow('“onnx/model.onnx” is no longer there');
  answering(403);
  await expect(download('token', 'a.csv')).rejects.toThrow(/no longer knows this tab.*shows a new link/);
  answering(413);
  await expect(download('token', 'a.csv')).rejects.toThrow('“a.csv” could not be sent (HTTP 413).');
});

test('a file of a folder is kept under its own name', async () => {
  answering(200);
  const link = { click: vi.fn(), download: '' };
  vi.stubGlobal('document', { createElement: () => link });
  await download('token', 'onnx/model.onnx');
  expect([link.download, link.click.mock.calls.length]).toEqual(['model.onnx', 1]);
});
