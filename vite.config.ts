import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The interface: one page, no inline scripts or styles, so that the strict content security policy holds. */
export default defineConfig({
  root: join(import.meta.dirname, 'renderer'),
  plugins: [svelte({ configFile: false })],
  build: {
    outDir: join(import.meta.dirname, 'dist', 'renderer'),
    emptyOutDir: true,
    target: 'chrome108',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
