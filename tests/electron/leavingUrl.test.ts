import { expect, test } from 'vitest';
import { leavingUrl } from '../../electron/leavingUrl.ts';

test.each([
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'file:///etc/passwd',
  'file://server/share/x.exe',
  'smb://server/share',
  'ms-msdt:/id PCWDiagnostic',
  'vscode://settings',
  'http://huggingface.co/',
  'ftp://huggingface.co/',
  'app://entail/',
  'mailto:a@huggingface.co?attach=/etc/passwd',
  'https://user:secret@huggingface.co/',
  'https://huggingface.co@evil.example/',
  'https://huggingface.co:8443/',
  'https://huggingface.co.evil.example/',
  'https://evil.example/huggingface.co',
  'https://hugging\u{0433}face.co/',
  'https://xn--huggingface-x.co/',
  'https://huggingface。co/',
  'https://huggingface.co/a b',
  'https://huggingface.co/\u202Ecod.exe',
  ' https://huggingface.co/',
  'https://huggingface.co/\nx',
  'https:\\\\huggingface.co/',
  'HTTPS://huggingface.co/',
  `https://huggingface.co/${'a'.repeat(10_000)}`,
  'https://huggingface.co\\@evil.example/',
  '//huggingface.co/',
  '',
])('72: %j does not leave', (link) => {
  expect(leavingUrl(link)).toBeNull();
});

test('72: what is no text does not leave', () => {
  for (const link of [
    null,
    undefined,
    1,
    {},
    ['https://huggingface.co/'],
    new URL('https://huggingface.co/'),
  ])
    expect(leavingUrl(link)).toBeNull();
});

test('72: plain https to a host of the list leaves as it was written', () => {
  expect(leavingUrl('https://huggingface.co/owner/model?x=1#y')?.href).toBe(
    'https://huggingface.co/owner/model?x=1#y',
  );
});
