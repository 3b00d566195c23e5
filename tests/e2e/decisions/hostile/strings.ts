/**
 * Strings of a foreign file that would do something if they were taken for anything but text. `of` says where one
 * stands, so that what shows or acts says which field it came from.
 */
const KINDS = {
  script: (of: string) => `<script>hostile("${of}")</script>`,
  image: (of: string) => `<img src="hostile-${of}" onerror="hostile('${of}')">`,
  svg: (of: string) => `<svg onload="hostile('${of}')"><a xlink:href="javascript:hostile()">${of}</a></svg>`,
  frame: (of: string) => `"><iframe srcdoc="<b>${of}" src="javascript:hostile('${of}')"></iframe>`,
  address: (of: string) => `javascript:hostile("${of}")`,
  template: (of: string) =>
    `{@html "<img src=hostile-${of}>"} {{7*7}} \${hostile()} <%= ${of} %> [a](javascript:hostile())`,
  turned: (of: string) => `${of} \u202egpj.exe\u2066 \u05e9\u05dc\u05d5\u05dd`,
  long: (of: string) => `${of}${'W'.repeat(150)}`,
  none: (of: string) => ({ label: 'null', text: 'undefined', note: '[object Object]' })[of] ?? 'NaN',
  prototype: (of: string) => ({ label: '__proto__', text: 'constructor' })[of] ?? 'toString',
} as const;

/** One of each kind: for what a project has several of. */
export const each = (of: string): string[] => Object.values(KINDS).map((kind) => kind(of));

/** Several kinds in one: for what there is one of. It is as long as names may be. */
export const all = (of: string): string =>
  `<img src=hostile-${of} onerror=hostile("${of}")><svg onload=hostile()>{@html ${of}}javascript:hostile()\u202e${of}`;
