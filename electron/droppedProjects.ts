/**
 * Which of the dropped files' names the shell opens: all, where all are projects; none, where documents came too (the
 * page says that). Pure; the preload script has it, so it must import nothing.
 */
export const areProjects = (names: readonly string[]): boolean =>
  names.length > 0 && names.every((name) => name.toLowerCase().endsWith('.entail'));
