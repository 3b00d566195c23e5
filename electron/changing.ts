import type { ShellOutcome } from '../backend/process/protocol.ts';

/** Another project is to be shown, or none; `anyway`: whatever runs in the open one stops. */
export type Change = (anyway: boolean) => Promise<ShellOutcome>;

export interface Changing {
  /** Whether what runs in the open project may stop: the sentence says what it is. */
  askToLeave(sentence: string): Promise<boolean>;
  sayFailure(message: string, hint: string | null): Promise<void>;
  done(): void;
}

const INTERRUPTED: ShellOutcome = {
  ok: false,
  message: 'Entail was interrupted.',
  hint: 'Try again.',
  stopsWork: false,
};

/** Does what was asked outside the page: asks before work stops, and says what went wrong. */
export async function changeProject(
  change: Change,
  { askToLeave, sayFailure, done }: Changing,
): Promise<void> {
  const attempt = (anyway: boolean) => change(anyway).catch(() => INTERRUPTED);
  let outcome = await attempt(false);
  if (!outcome.ok && outcome.stopsWork) {
    if (!(await askToLeave(outcome.message))) return;
    outcome = await attempt(true);
  }
  if (outcome.ok) done();
  else await sayFailure(outcome.message, outcome.hint);
}
