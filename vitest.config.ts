import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Modules with runes.
  plugins: [svelte({ configFile: false })],
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 180_000,
    setupFiles: ['tests/support/setup.ts'],
    pool: 'forks',
    // As in cli/entail.js.
    execArgv: ['--no-wasm-code-gc'],
    maxWorkers: 2,
  },
});
