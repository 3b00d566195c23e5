/** Counts steps and tells how each went; a step that fails stops no other. */
export interface Checks {
  check(what: string, test: () => Promise<void>): Promise<void>;
  fail(what: string, error: unknown): void;
  /** "N passed, M failed", and the exit code. */
  finish(): void;
}

export function createChecks(): Checks {
  let passed = 0;
  let failed = 0;
  const fail = (what: string, error: unknown): void => {
    failed += 1;
    const text = error instanceof Error ? error.message.split('\n').slice(0, 4).join(' ') : String(error);
    console.log(`FAIL ${what}: ${text}`);
  };
  return {
    fail,
    async check(what, test) {
      try {
        await test();
        passed += 1;
        console.log(`ok   ${what}`);
      } catch (error) {
        fail(what, error);
      }
    },
    finish() {
      console.log(`${passed} passed, ${failed} failed`);
      process.exitCode = failed === 0 ? 0 : 1;
    },
  };
}
