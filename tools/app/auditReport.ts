import { z } from 'zod';

const Report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.enum(['info', 'low', 'moderate', 'high', 'critical']),
      range: z.string().optional(),
    }),
  ),
});

/** What `npm audit --json` printed, in words. Anything but a report means that nothing was checked. Pure. */
export function readAudit(output: string): { text: string; failed: boolean } {
  const report = parsed(output);
  if (report === null) {
    return {
      text: 'NOT CHECKED: the configured registry answers no questions about advisories. Run "npm run audit" where one does.',
      failed: false,
    };
  }
  const known = Object.entries(report.vulnerabilities);
  const lines = known.map(([name, { severity, range }]) => `${severity}: ${name} ${range ?? ''}`.trim());
  const bad = known.filter(([, { severity }]) => severity === 'high' || severity === 'critical').length;
  return {
    text: [
      ...lines,
      `Advisories about production dependencies: ${known.length}, high or critical: ${bad}.`,
    ].join('\n'),
    failed: bad > 0,
  };
}

function parsed(output: string): z.infer<typeof Report> | null {
  try {
    return Report.parse(JSON.parse(output));
  } catch {
    return null;
  }
}
