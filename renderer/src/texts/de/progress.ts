import type { Need } from '../../../../contract/index.ts';
import type { progress as English } from '../en/progress.ts';
import { formats } from '../format.ts';

const { number, percent, plural, points, tenthsOf } = formats('de');
const documentCount = (n: number) => plural(n, { one: '# Dokument', other: '# Dokumente' });
const withDocuments = (n: number) => plural(n, { one: '# Dokument', other: '# Dokumenten' });
const decimals = (value: number, digits: number) => value.toFixed(digits).replace('.', ',');

const NEEDS: { readonly [K in Need['kind']]: (need: Extract<Need, { kind: K }>) => string } = {
  yeses: ({ more }) =>
    `Braucht noch ${plural(more, { one: '# Ja', other: '# Ja' })}, bevor sich ihr F1 beurteilen lässt.`,
  noes: ({ more }) =>
    `Braucht noch ${plural(more, { one: '# Nein', other: '# Nein' })}, bevor sich ihr F1 beurteilen lässt.`,
  unmeasured: () =>
    'In den Dokumenten, auf denen die Zahlen beruhen, fehlt ein Ja oder ein Nein: Machen Sie weiter, einige kommen zufällig.',
  uncertain: () => 'Zu wenige Entscheidungen sagen, ob sie gut ist: Weitere würden es zeigen.',
  weak: () => 'Wird oft falsch vorgeschlagen: Sehen Sie ihre Sätze und Regeln an, oder entscheiden Sie mehr.',
  fair: () => 'Macht sich.',
  good: () => 'Ist gut.',
};

const tooFew = (needed: number, all: number): string =>
  all < needed ? ` Dieses Projekt hat ${number(all)} zum Lernen: Importieren Sie dafür weitere.` : '';

export const progress: typeof English = {
  progress: {
    lead: 'Wie weit Sie sind, was weitere Entscheidungen brächten und was jeder Kategorie noch fehlt.',
    soFar: 'Bisher',
    finished: 'Dokumente fertig',
    ofAll: (n) => `von ${number(n)}`,
    since: (run) => (run ? 'Neu seit dem letzten Training' : 'Entschieden, noch nicht trainiert'),
    trainNow: (n, run) =>
      run
        ? `Jetzt trainieren: ${documentCount(n)} seit dem letzten Lauf entschieden`
        : `Jetzt trainieren: ${documentCount(n)} entschieden`,
    pace: 'Tempo',
    aMinute: 'pro Minute',
    more: (n) => plural(n, { one: '# weiteres Dokument', other: '# weitere Dokumente' }),
    takes: (minutes) =>
      minutes < 100 ? `${number(Math.max(1, minutes))} min` : `${tenthsOf(minutes / 6000)} h`,
    notKnown: 'noch offen',
    measuring: 'Es wird berechnet, was Ihre Entscheidungen sagen. Sie können inzwischen weitermachen.',
    failed: 'Es ließ sich nicht berechnen.',
    again: 'Noch einmal',
    nothing: 'Noch nichts entschieden',
    nothingLearnt: 'Noch nichts gelernt',
    nothingLearntText:
      'Gelernt wird aus Entscheidungen zusammen mit Vorschlägen, und die gibt es noch nicht. Sie entstehen, während das Projekt offen ist.',
    nothingText: (all) =>
      `Ordnen Sie einige Dokumente ein: Ab den ersten 20 sagt diese Ansicht, was weitere brächten.${tooFew(20, all)}`,
    gain: 'Was weitere Dokumente brächten',
    gainLead: (n) =>
      `Makro-F1 dessen, was Entscheidungen lehren, gelernt aus Teilen von ${n === 1 ? 'Ihrem' : 'Ihren'} ${withDocuments(n)} und an den übrigen geprüft.`,
    forecast: ({ more, gain, low, high }, left) =>
      `${plural(more, { one: '# weiteres Dokument brächte', other: '# weitere Dokumente brächten' })}${left === 0 ? ', einmal importiert,' : ''} etwa ${points(100 * gain)} Punkte Makro-F1: in vier von fünf Fällen zwischen ${points(100 * low)} und ${points(100 * high)}.`,
    forecastUnknown: (all) =>
      `Was weitere Dokumente brächten, ist noch nicht bekannt: Dazu braucht es 40 fertige Dokumente und für die Hälfte der Kategorien Ja und Nein.${tooFew(40, all)}`,
    forecastHow:
      'Nach einem inversen Potenzgesetz, an die Kurve angepasst und gewichtet mit dem, was Entscheidungen in anderen Sammlungen bringen. Es gilt für Dokumente, die wie die bisherigen ausgewählt werden.',
    curveSeries: 'Makro-F1',
    intervalLow: '95-%-Bereich, von',
    intervalHigh: 'bis',
    documentsAxis: 'Dokumente, aus denen gelernt wurde',
    curveSummary: (f1, n) => `${tenthsOf(f1)} % nach ${withDocuments(n)}.`,
    curveUnknown: (all) =>
      `Die Kurve braucht 20 fertige Dokumente und eine Kategorie mit zwei Ja und zwei Nein.${tooFew(20, all)}`,
    stop: 'Genügt es?',
    stopLead:
      'Zeichen aus der Forschung, dass weitere Entscheidungen wenig bringen. Keines ist sicher; zusammen sagen sie etwas.',
    stopHolds: (n, all) =>
      n === 0
        ? 'Keines der Zeichen ist da: Machen Sie weiter.'
        : n === all
          ? 'Alle Zeichen sind da: Weitere Entscheidungen ändern kaum, was vorgeschlagen wird.'
          : `${number(n)} von ${number(all)} Zeichen ${n === 1 ? 'ist' : 'sind'} da.`,
    stopUnknown: (all) => `Noch zu früh: Die Zeichen brauchen 80 fertige Dokumente.${tooFew(80, all)}`,
    holds: 'da',
    holdsNot: 'nicht da',
    criteria: {
      stable: [
        'Vorschläge stehen still',
        'Modelle, die 20 Dokumente auseinanderliegen, schlagen für die Dokumente des Projekts dasselbe vor (Bloodgood und Vijay-Shanker 2009).',
      ],
      certain: [
        'Vorschläge sind sicher',
        'Im Mittel bleibt wenig Zweifel an den Dokumenten des Projekts (Zhu u. a. 2010).',
      ],
      confidence: [
        'Die Sicherheit wächst nicht mehr',
        'Sie fiel dreimal nacheinander, im Abstand von 20 Dokumenten (Vlachos 2008). Das schwächste der vier.',
      ],
      gain: [
        'Wenig ist zu gewinnen',
        'Selbst wenn es gut läuft, bringen 50 weitere Dokumente weniger als zwei Punkte F1.',
      ],
    },
    measured: ({ name, value, bound }) => {
      if (value === null) return 'noch offen';
      switch (name) {
        case 'stable':
          return `Jetzt Kappa ${decimals(value, 3)}; ab ${decimals(bound, 2)}.`;
        case 'certain':
          return `Jetzt ${decimals(value, 2)} Bit; bis ${decimals(bound, 2)}.`;
        case 'confidence':
          return `Jetzt ${number(value)}-mal.`;
        default:
          return `Jetzt bestenfalls ${points(100 * value)} Punkte.`;
      }
    },
    labels: 'Was jeder Kategorie fehlt',
    labelsLead: 'Offen: auf fertigen Dokumenten.',
    counts: (yes, no, undecided) => `${number(yes)} Ja, ${number(no)} Nein, ${number(undecided)} offen`,
    f1: (estimate, low, high) => `F1 ${tenthsOf(estimate)} % (${tenthsOf(low)} bis ${tenthsOf(high)}).`,
    ask: 'Danach fragen',
    askNamed: (label) => `Danach fragen: „${label}“`,
    need: (need) => (NEEDS[need.kind] as (need: Need) => string)(need),
    paceLead: 'Dokumente pro Minute, ohne Pausen.',
    paceSeries: 'Dokumente pro Minute',
    finishedAxis: 'Dokumente fertig oder übersprungen',
    paceSummary: (now) => `Zuletzt ${tenthsOf(now / 100)} pro Minute.`,
    paceUnknown: 'Ordnen Sie einige Dokumente einzeln ein, dann steht hier Ihr Tempo.',
    agreement: 'Stimmen Vorschläge mit Ihnen überein?',
    agreementLead:
      'Jeder Teil Ihrer Entscheidungen, beurteilt nach dem, was aus denen davor gelernt wurde: wie das Programm jetzt lernt, nicht wie es damals war.',
    sameSeries: 'Dokumente genau wie vorgeschlagen',
    f1Series: 'F1 aller Entscheidungen',
    decidedAxis: 'Dokumente entschieden',
    agreementSummary: (same, n) =>
      `Von den letzten ${withDocuments(n)} waren ${percent(same)} genau wie vorgeschlagen.`,
    agreementUnknown: (all) => `Dazu braucht es 20 fertige Dokumente.${tooFew(20, all)}`,
  },
};
