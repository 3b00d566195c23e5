import { type Verdict, verifyExport } from './verify.ts';

/** Entry of the process that checks an exported folder. */
const answer = (verdict: Verdict) => process.send?.(verdict, () => process.exit());
try {
  await verifyExport(process.argv[2] ?? '');
  answer({ ok: true });
} catch (error) {
  answer({ ok: false, message: error instanceof Error ? error.message : String(error) });
}
