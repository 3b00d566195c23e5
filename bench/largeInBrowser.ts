import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { createBackend } from '../backend/index.ts';
import { createEngine } from '../engine/index.ts';
import { createWebHost } from '../web/host.ts';
import { serve } from '../web/server.ts';

const MOST_MS = 30_000;

/**
 * Serves the project that `make` writes by the web host to a real Chromium, whose start screen lists it. ENTAIL_CHROMIUM
 * names the browser. Everything is removed at the end.
 */
export async function withProjectInBrowser<T>(
  make: (path: string) => void,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const work = mkdtempSync(join(tmpdir(), 'entail-interface-'));
  const path = join(work, 'large.entail');
  make(path);
  const home = join(work, 'home');
  mkdirSync(home);
  const engine = createEngine();
  const backend = await createBackend(createWebHost(home), { engine, home });
  // Known, so that the start screen lists it.
  await backend.open(path);
  await backend.session.workspace.close();
  const host = await serve(backend.session);
  const browser = await chromium.launch({
    executablePath: process.env.ENTAIL_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--enable-precise-memory-info'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    page.setDefaultTimeout(60_000);
    await page.goto(host.url);
    return await use(page);
  } finally {
    await browser.close();
    await host.close();
    await backend.close();
    await engine.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** Listens first and acts then: what is sent to the page and what is typed go different ways, and may overtake. */
export async function timed(
  page: Page,
  arm: () => Promise<number>,
  act: () => Promise<void>,
): Promise<number> {
  const armed = await page.evaluateHandle<{ taken: Promise<number> }>(`({ taken: (${arm.toString()})() })`);
  await act();
  const late = delay(MOST_MS, undefined, { ref: false }).then(() => {
    throw new Error(`Nothing came of the key or click within ${MOST_MS / 1000} s.`);
  });
  const ms = await Promise.race([armed.evaluate(({ taken }) => taken), late]);
  await armed.dispose();
  return ms;
}
