/** "1 row", "3 rows"; `other` where the plural, or a verb behind it, is formed otherwise: "1 row was", "3 rows were". */
export const many = (count: number, one: string, other = `${one}s`): string =>
  count === 1 ? `1 ${one}` : `${count} ${other}`;
