import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/**
 * Draws `resources/icons/icon.svg` as the pictures that the packages are made from; what it writes is committed.
 * ENTAIL_CHROMIUM names the browser that draws.
 */
const FOLDER = join(import.meta.dirname, '..', '..', 'resources', 'icons');
/** Of the side that the sign takes up: macOS leaves a margin around the icons of all apps. */
const MAC_SHARE = 824 / 1024;

interface Picture {
  readonly file: string;
  /** Pixels of a side. */
  readonly size: number;
  /** How much of the side is the sign, from 0 to 1. */
  readonly share: number;
}

const PICTURES: readonly Picture[] = [
  { file: 'icon.png', size: 1024, share: 1 },
  { file: 'mac.png', size: 1024, share: MAC_SHARE },
  ...[16, 24, 32, 48, 64, 128, 256, 512].map((size) => ({
    file: `linux/${size}x${size}.png`,
    size,
    share: 1,
  })),
];

const svg = readFileSync(join(FOLDER, 'icon.svg'));
const browser = await chromium.launch({ executablePath: process.env.ENTAIL_CHROMIUM ?? '/usr/bin/chromium' });
try {
  for (const picture of PICTURES) writeFileSync(join(FOLDER, picture.file), await draw(browser, picture));
} finally {
  await browser.close();
}

async function draw(browser: Browser, { size, share }: Picture): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const side = size * share;
  const style = `position:fixed;left:${(size - side) / 2}px;top:${(size - side) / 2}px;width:${side}px;height:${side}px`;
  await page.setContent(`<img style="${style}" src="data:image/svg+xml;base64,${svg.toString('base64')}">`);
  await page.locator('img').evaluate((image) => (image as HTMLImageElement).decode());
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
}
