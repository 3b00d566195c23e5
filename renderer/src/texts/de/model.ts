import type { model as English } from '../en/model.ts';
import { formats } from '../format.ts';

const { mean, number, percent, plural, tenthsOf } = formats('de');
const withDocuments = (n: number) => plural(n, { one: '# Dokument', other: '# Dokumenten' });

/** Was vorschlägt, wo kein Lauf es tut: ein Name, wo immer ein Lauf daran gemessen wird. */
const DECISIONS_ALONE = 'mit Ihren Entscheidungen allein';
const WITH_RUN = 'mit diesem Lauf und dem, was Ihre Entscheidungen lehrten';

export const model: typeof English = {
  train: {
    lead: 'Das Modell lernt aus Ihren Entscheidungen, auf diesem Rechner. Nichts verlässt ihn.',
    train: 'Trainieren',
    done: 'Das Training ist fertig. Die Vorschläge kommen jetzt vom neuen Lauf.',
    keptBefore: ({ run, macroF1, ownMacroF1 }) =>
      `Das Training ist fertig, aber auf Dokumenten, aus denen keines von beiden gelernt hatte, ist es damit deutlich schlechter (Makro-F1 ${tenthsOf(ownMacroF1)} %) als ${run === 0 ? DECISIONS_ALONE : `mit Lauf ${run}`} (${tenthsOf(macroF1)} %); von dort kommen weiter die Vorschläge.`,
    anew: 'Die Vorschläge werden damit neu berechnet.',
    plan: 'Womit das Training arbeitet',
    planDocuments: 'Dokumente zum Lernen',
    planHeldOut: 'Zum Messen zurückgehalten',
    planPairs: 'Paare aus Dokument und Kategorie',
    planTime: 'Dauer',
    timeUnknown: 'noch offen',
    about: (time) => `etwa ${time}`,
    counting: 'Wird gezählt…',
    onDocuments: (n) => `mit ${withDocuments(n)}, auf diesem Rechner`,
    live: 'Training',
    ready: 'Wird vorbereitet…',
    tuning: 'Lernt, welche Dokumente sich gleichen…',
    measuring: 'Misst, was gelernt wurde…',
    step: (step, steps) => `Schritt ${number(step)} von ${number(steps)}`,
    pairsPerSecond: (n) => `${number(n)} Paare pro Sekunde`,
    left: (time) => `noch etwa ${time}`,
    leftOfSteps: (time) => `noch Schritte für etwa ${time}`,
    doneAfter: (n) => plural(n, { one: 'Fertig nach # Schritt', other: 'Fertig nach # Schritten' }),
    stopped: 'Angehalten',
    stop: 'Anhalten',
    stopping: 'Wird angehalten…',
    goesOn:
      'Sie können weiter einordnen, andere Ansichten zeigen oder neu laden: Das Training läuft weiter. Es hält an, wenn ein anderes Projekt geöffnet oder Entail beendet wird, und kann später weitergehen.',
    restarted: 'Das Rechenwerk wurde neu gestartet; das Training ging vom letzten Zwischenstand weiter.',
    advanced: 'Weitere Einstellungen',
    method: 'Was trainiert wird',
    methods: { lora: 'Adapter (LoRA)', full: 'Alle Gewichte' },
    methodHints: {
      lora: 'Kleine Adapter neben den Gewichten: schnell, und klein in der Projektdatei.',
      full: 'Alle Gewichte: langsamer, bei vielen Dokumenten manchmal besser.',
    },
    epochs: 'Höchstens so viele Epochen',
    epochsHint: 'Es endet von selbst, wenn F1 auf den zurückgehaltenen Dokumenten nicht mehr wächst.',
    rate: 'Lernrate',
    rateHint: 'Leer: was zum Verfahren passt.',
    automatic: 'automatisch',
    seed: 'Startwert',
    seedHint: 'Derselbe Startwert ergibt denselben Lauf.',
    keep: 'Was es von anderen Kategorien weiß',
    keepHint:
      'Mehr zu behalten hilft bei Kategorien, die später dazukommen, und bei Dokumenten, die anders sind als diese.',
    keeps: {
      none: 'bleibt dem Training überlassen',
      some: 'wird zum Teil behalten',
      more: 'wird größtenteils behalten',
    },
    runs: 'Läufe',
    noRuns:
      'Jedes Training bleibt hier mit seinen Werten stehen, sodass Sie vergleichen und zurückgehen können. Noch gibt es keines.',
    untrained: 'Ohne Lauf: das Modell, wie es kam, mit dem, was Ihre Entscheidungen es lehrten',
    suggestsNow: 'schlägt jetzt vor',
    goBack: 'Dahin zurück',
    tickTwo: 'Kreuzen Sie zwei Läufe an, um sie Kategorie für Kategorie zu vergleichen.',
    states: { running: 'läuft', done: '', cancelled: 'angehalten', failed: 'gescheitert' },
    compare: (name) => `${name} vergleichen`,
    nameOfRun: 'Name des Laufs',
    rename: 'Umbenennen',
    renameUnseen: ', umbenennen',
    f1Alone: 'Makro-F1, dieser Lauf allein',
    f1Title:
      'Makro-F1 des Laufs allein auf zurückgehaltenen Dokumenten, ohne das, was Entscheidungen lehren und was mit ihm zusammen vorschlägt (beides zeigt die Auswertung). Mit der Schwelle jeder Kategorie und dem 95-%-Bereich; Epoche und Schwellen sind ohne das Dokument gewählt, das beurteilt wird, daher ist er niedrig, wo wenige zurückgehalten sind',
    f1TitleAtHalf:
      'Makro-F1 des Laufs allein auf zurückgehaltenen Dokumenten, jede Kategorie ab 50 % vorgeschlagen: aus einer früheren Version',
    against: ({ run, documents: n, macroF1, ownMacroF1 }, { tookOver, active }) => {
      const [now, before] =
        run === 0
          ? [WITH_RUN, `${DECISIONS_ALONE}, vor dem Training`]
          : [WITH_RUN, `mit Lauf ${run}, der vorher vorschlug`];
      const figures = `Makro-F1 auf ${plural(n, { one: '# Dokument', other: '# Dokumenten' })}, aus denen keines von beiden gelernt hatte: ${tenthsOf(ownMacroF1)} % ${now}, ${tenthsOf(macroF1)} % ${before}.`;
      if (tookOver) return ownMacroF1 < macroF1 ? `${figures} Das kann Zufall sein.` : figures;
      return active
        ? `${figures} Das ist dort schlechter; er schlägt vor, weil er gewählt wurde.`
        : `${figures} Das ist schlechter; daher blieb es bei den Vorschlägen von vorher.`;
    },
    outside: (before, after) =>
      `Bei Kategorien außerhalb dieses Projekts, einer eingebauten Auswahl auf Englisch: mittlere Genauigkeit ${tenthsOf(before)} % vor dem Training, ${tenthsOf(after)} % danach.`,
    forgot: (before, after) =>
      `Es hat einen Teil dessen vergessen, was es von anderen Kategorien wusste: mittlere Genauigkeit auf einer eingebauten Auswahl ${tenthsOf(after)} %, vorher ${tenthsOf(before)} %. Unter „Weitere Einstellungen“ steht „Was es von anderen Kategorien weiß“.`,
    use: 'Diesen Lauf verwenden',
    resume: 'Fortsetzen',
    detailsOf: (name) => `Details zu ${name}`,
    caption: (n, crossFitted) =>
      `Der Lauf allein auf ${plural(n, { one: '# zurückgehaltenen Dokument', other: '# zurückgehaltenen Dokumenten' })}, in Prozent, ${crossFitted ? 'mit der Schwelle jeder Kategorie, die ohne das beurteilte Dokument gewählt ist' : 'jede Kategorie ab 50 % vorgeschlagen'}.`,
    inBrackets: 'In Klammern: 95-%-Bereiche dessen, was neue Dokumente zeigen würden.',
    precision: 'Genauigkeit',
    recall: 'Trefferquote',
    f1: 'F1',
    support: 'Ja darin',
    macro: 'Makro-Mittel',
    noFigures:
      'Zu diesem Lauf gibt es keine Messwerte: Es waren zu wenige Dokumente, um welche zurückzuhalten.',
    compared: 'Zwei Läufe im Vergleich',
    comparedTitle: 'F1 auf zurückgehaltenen Dokumenten mit 95-%-Bereichen, Kategorie für Kategorie',
    difference: 'Unterschied',
    differentDocuments: (first, second) =>
      `Die beiden wurden auf verschiedenen Dokumenten gemessen (${number(first)} und ${number(second)}); kleine Unterschiede sagen daher wenig.`,
    noStep: 'Noch kein Schritt.',
    lossNow: (first, now) => `Verlust anfangs ${first}, jetzt ${now}.`,
    f1Now: (now, best) =>
      `Makro-F1 auf Zurückgehaltenem, jede Kategorie ab 50 % vorgeschlagen: ${tenthsOf(now)} %, bestenfalls ${tenthsOf(best)} %.`,
    lossSeries: 'Verlust je Schritt',
    smoothSeries: 'Verlust, geglättet',
    f1Series: 'F1 auf Zurückgehaltenem (rechts)',
    stepAxis: 'Schritt',
  },
  evaluate: {
    lead: 'Wie gut die Vorschläge sind, gemessen an Ihren Entscheidungen.',
    failed: 'Es konnte nicht gemessen werden',
    failedText: 'Was schiefging, steht unten.',
    again: 'Erneut messen',
    measuring: 'Wird gemessen…',
    nothing: {
      undecided: {
        title: 'Noch nichts, woran sich messen ließe',
        text: 'Ordnen Sie einige Dokumente ein, zu denen es Vorschläge gibt. Dann sehen Sie hier für jede Kategorie, wie oft das Modell recht hat.',
      },
      'one-sided': {
        title: 'Noch nichts, woran sich messen ließe',
        text: 'Bisher wurde jede Kategorie an Dokumenten, die niemand abgeschlossen hat, oder an vielen auf einmal nur vergeben oder nur abgelehnt. An solchen Antworten sähe alles richtig aus, oder alles falsch. Schließen Sie einige Dokumente ab, dann wird daran gemessen.',
      },
      'not read': {
        title: 'Noch nichts, woran sich messen ließe',
        text: 'Das Modell muss die entschiedenen Dokumente erst noch lesen. Das geschieht von selbst, solange das Projekt offen ist; sehen Sie dann wieder hier nach.',
      },
      'all learnt': {
        title: 'Das Training hat nichts zurückgehalten',
        text: 'Es hat aus jedem Dokument gelernt, das sagen könnte, wie gut es ist. An allem, was Sie von jetzt an einordnen, wird gemessen.',
      },
    },
    unmeasured: 'Zu dem, was jetzt vorschlägt, gibt es noch keine Werte.',
    unmeasuredText:
      'Sein Training hat aus jedem Dokument gelernt, das sagen könnte, wie gut es ist. Die Werte unten gehören zu dem, was davor vorschlug. An allem, was Sie von jetzt an einordnen, wird gemessen.',
    heldOutFrom: ({ least, more, documents: all }) =>
      `Ab ${number(least)} eingeordneten Dokumenten hält ein Training dafür einige zurück${more === 0 ? '' : all < least ? `: Dieses Projekt hat ${number(all)} zum Lernen, importieren Sie weitere` : `: Ordnen Sie ${number(more)} weitere ein`}.`,
    suggestedFrom: (label, threshold) => `„${label}“ wird ab ${percent(threshold)} vorgeschlagen.`,
    inAll: 'Insgesamt',
    measuredOn: 'Gemessen an',
    documents: withDocuments,
    where: {
      'test sample': ' der Teststichprobe, die zufällig gezogen und nie zum Training verwendet wurde,',
      'held-out': ', die vom Training zurückgehalten wurden,',
      'all annotated': ', die Sie eingeordnet haben, jedes beurteilt, als wäre es nicht entschieden,',
      'before training':
        ', die Sie eingeordnet haben, nach dem, was vor dem Training vorschlug, jedes beurteilt, als wäre es nicht entschieden,',
    },
    ownThresholds: 'mit der eigenen Schwelle jeder Kategorie.',
    notRead: (n) =>
      `${plural(n, { one: '# weiteres Dokument mit Entscheidungen zählt', other: '# weitere Dokumente mit Entscheidungen zählen' })} hier noch nicht mit: Das Modell muss ${n === 1 ? 'es' : 'sie'} erst noch lesen.`,
    oneSided: (n) =>
      `An ${plural(n, { one: '# Dokument', other: '# Dokumenten' })} wird nicht gemessen: ${n === 1 ? 'Seine' : 'Ihre'} Kategorien wurden an Dokumenten, die niemand abgeschlossen hat, oder an vielen auf einmal nur vergeben oder nur abgelehnt. An solchen Antworten sähe alles richtig aus, oder alles falsch. Wie ${n === 1 ? 'es ist' : 'sie sind'}, wird gelernt.`,
    decidedSince: (n) =>
      `${plural(n, { one: '# davon wurde', other: '# davon wurden' })} nach dem Training entschieden; die Liste der Läufe zeigt nur die übrigen.`,
    leftOut: (n, all) =>
      `In den Mitteln über die Kategorien fehlen ${number(n)} von ${number(all)}: Ohne ein Ja oder ohne ein Nein gibt es nichts zu beurteilen.`,
    belowEach:
      'Unter jeder Zahl steht ihr 95-%-Bereich: was neue Dokumente von denselben Kategorien zeigen würden.',
    untrained: (share, range) =>
      `untrainiert ${tenthsOf(share)}${range ? ` (${tenthsOf(range.low)} bis ${tenthsOf(range.high)})` : ''}`,
    untrainedNote:
      '„Untrainiert“ ist das Modell, wie es kam, auf denselben Dokumenten und Entscheidungen: Der Unterschied ist, was seither gelernt wurde.',
    taughtBy: (n, run) =>
      `Was vorgeschlagen wird, hat aus Entscheidungen zu ${withDocuments(n)} gelernt; jedes Dokument wird ohne seine eigenen beurteilt.${run ? ' Die Liste der Läufe zeigt den Lauf allein.' : ''}`,
    untrainedMissing: (n) =>
      `Das Modell, wie es kam, hat ${plural(n, { one: '# dieser Dokumente', other: '# dieser Dokumente' })} noch nicht gelesen. Das geschieht im Hintergrund; dann stehen hier auch seine Werte.`,
    pickedAtRandom:
      'Es zählen nur Dokumente, die zufällig an die Reihe kamen. Gezielt ausgesuchte sind schwerer oder leichter als die meisten.',
    notAtRandom:
      'Diese Dokumente sind nicht zufällig gezogen, sondern ausgesucht, oft weil sie schwer sind: Für neue können die Werte zu niedrig sein, oder zu hoch, wo nach möglichst verschiedenen gefragt wurde. Die Bereiche rechnen damit, einzelne Kategorien können aber außerhalb liegen. Sicher sagt es Ihnen eine Teststichprobe.',
    testSample: {
      title: 'Teststichprobe',
      why: 'Zufällig gezogene Dokumente, die zuerst drankommen und aus denen nie gelernt wird. Was daran gemessen wird, gilt für neue Dokumente; was sonst zuerst kommt, ist schwerer oder leichter als die meisten.',
      progress: (decided, all) => `${number(decided)} von ${withDocuments(all)} fertig.`,
      annotate: (left) => `Die übrigen ${number(left)} einordnen`,
      size: 'Dokumente, die gezogen werden',
      more: 'Dokumente, die dazukommen',
      draw: 'Teststichprobe ziehen',
      drawMore: 'Weitere ziehen',
      open: (n) =>
        `${plural(n, { one: '# Dokument, mit dem niemand begonnen hat, kann gezogen werden', other: '# Dokumente, mit denen niemand begonnen hat, können gezogen werden' })}. Je früher Sie ziehen, desto mehr sagt sie: Was eingeordnet ist, bleibt draußen.`,
      noneOpen: 'Mit jedem Dokument hat jemand begonnen: Importieren Sie andere, um daraus zu ziehen.',
    },
    fromFew: (yeses) => `aus ${number(yeses)} Ja`,
    notJudged: (yeses, decided) =>
      decided === 0 ? 'nichts entschieden' : yeses === 0 ? 'noch kein Ja' : 'noch kein Nein',
    notAsListed:
      '„Jetzt“ ist die Schwelle von heute an all diesen Dokumenten. Die Liste beurteilt jedes Dokument mit der Schwelle, die die anderen ergaben, so wie es bei neuen ist; daher weichen ihre Werte ab.',
    chosenHere:
      'Eine Schwelle, die Sie hier wählen, ist nach genau diesen Dokumenten gewählt: Bei neuen ist etwas weniger zu erwarten.',
    averages: {
      macroF1: ['Makro-F1', 'jede Kategorie zählt gleich'],
      microF1: ['Mikro-F1', 'jede Entscheidung zählt gleich'],
      precision: ['Genauigkeit', 'wie viel vom Vorgeschlagenen richtig ist; jede Kategorie zählt gleich'],
      recall: ['Trefferquote', 'wie viel vom Richtigen vorgeschlagen wird; jede Kategorie zählt gleich'],
      meanAveragePrecision: ['Mittlere Genauigkeit (AP)', 'unabhängig von den Schwellen'],
    },
    moreFigures: 'Weitere Zahlen',
    moreFiguresNote: 'Wie an diesen Dokumenten gezählt; daneben, was neue zeigen würden (95-%-Bereich).',
    byLabel: 'Kategorie für Kategorie',
    columns: {
      name: 'Kategorie',
      support: 'Ja / alle',
      precision: 'Genauigkeit',
      recall: 'Trefferquote',
      f1: 'F1, 95-%-Bereich',
      averagePrecision: 'AP',
      kappa: 'Kappa',
    },
    supportExplained: 'Dokumente mit einem Ja, von allen, die entschieden wurden',
    averagePrecisionExplained:
      'Mittlere Genauigkeit (AP): wie gut die Kategorie reiht, unabhängig von der Schwelle',
    kappaExplained:
      'Cohens Kappa, in Hundertsteln: wie weit Vorschläge und Ihre Entscheidungen über den Zufall hinaus übereinstimmen; 100 ist immer, 0 ist Zufall',
    interval: (low, high) => `${tenthsOf(low)} bis ${tenthsOf(high)}`,
    countInterval: (low, high) => `${mean(low)} bis ${mean(high)}`,
    curveUnseen: ': Kurve und Schwelle',
    curveOf: (name) => `Kurve und Schwelle von ${name}`,
    precision: 'Genauigkeit',
    recall: 'Trefferquote',
    f1: 'F1',
    suggested: 'Vorgeschlagene Dokumente',
    right: 'davon zu Recht',
    precisionByRecall: 'Genauigkeit nach Trefferquote',
    theThreshold: 'Die Schwelle',
    averagePrecision: (share) => `Mittlere Genauigkeit (AP) ${tenthsOf(share)} %.`,
    suggestFrom: 'Vorschlagen ab',
    suggestFromEnd: '',
    thresholdSaid: (threshold, precision, recall) =>
      `${percent(threshold)}, Genauigkeit ${tenthsOf(precision)} %, Trefferquote ${tenthsOf(recall)} %`,
    now: 'Jetzt',
    changed: 'Dann',
    use: 'Diese Schwelle verwenden',
    best: (threshold) => `Bestes F1: ${percent(threshold)}`,
    asTuned: 'Wie vom Training bestimmt',
    askFor: 'Wie Vorschläge sein sollen',
    askForBest: 'Bestes F1: richtig und vollständig zugleich',
    askForPrecision: (least) => `Mindestens ${percent(least)} davon richtig`,
    askForRecall: (least) => `Mindestens ${percent(least)} aller gefunden`,
    askForAll: 'Dasselbe von allen Kategorien verlangen',
    askedForAll: 'Von allen Kategorien wird dasselbe verlangt.',
    askedFor: (label, threshold) =>
      `„${label}“ wird ab ${percent(threshold)} vorgeschlagen. Die Schwelle folgt dem, was Sie entscheiden.`,
    expectedNow: ({ suggested, precision, recall }) =>
      `Zu erwarten: bei ${plural(suggested, { one: '# Dokument', other: '# Dokumenten' })} vorgeschlagen, zu ${percent(precision.mean)} richtig (${percent(precision.low)} bis ${percent(precision.high)}); ${percent(recall.mean)} aller gefunden (${percent(recall.low)} bis ${percent(recall.high)}).`,
    expectedNothing: 'Kein Dokument ist sicher genug: Nichts wird vorgeschlagen, bis mehr entschieden ist.',
    expectedBest: ({ suggested, precision, recall }) =>
      `Beim besten F1: ${plural(suggested, { one: '# Dokument', other: '# Dokumente' })}, ${percent(precision.mean)} richtig, ${percent(recall.mean)} gefunden.`,
    expectedHow:
      'Aus den Wahrscheinlichkeiten aller Dokumente. Bei anderen Sammlungen traf in etwa neun von zehn Fällen zu, was diese Spannen sagen.',
    expectedLater: 'Das gilt ab den ersten Entscheidungen.',
    calibration: 'Kalibrierung',
    calibrationLead:
      'Wenn es 80 % sagt, hat es dann in 8 von 10 Fällen recht? Auf der gestrichelten Linie wäre es so.',
    asItIs: 'Wie es ist',
    ideal: 'Ideal',
    probability: 'Vorgeschlagene Wahrscheinlichkeit',
    share: 'Anteil der Ja',
    offBy: (error) => `Im Mittel liegt es um ${tenthsOf(error)} Punkte daneben.`,
    learning: 'Lernkurve',
    learningLead:
      'Wie gut jeder Lauf war, nach den Dokumenten, aus denen er gelernt hat. Hilft es noch, mehr einzuordnen?',
    learningSeries: 'Makro-F1 auf Zurückgehaltenem',
    annotated: 'Eingeordnete Dokumente',
    macroF1: 'Makro-F1',
    intervalLow: '95-%-Bereich, von',
    intervalHigh: 'bis',
    learningSummary: (f1, interval, { documents, runs }) =>
      `${tenthsOf(f1)} %${interval ? ` (${tenthsOf(interval.low)} bis ${tenthsOf(interval.high)})` : ''} mit ${withDocuments(documents)}, in ${plural(runs, { one: '# Lauf', other: '# Läufen' })}.`,
    learningNone:
      'Jedes Training fügt hier einen Punkt hinzu, wenn unter dem Zurückgehaltenen Dokumente mit und ohne eine Kategorie sind. Trainieren Sie nach 50, 100, 200 Dokumenten, um zu sehen, ob mehr davon noch helfen.',
    matrix: 'Vergeben und vorgeschlagen',
    matrixLead:
      'Dokumente mit der Kategorie der Zeile, und für wie viele davon die Kategorie der Spalte vorgeschlagen wurde. Hohe Zahlen neben der Diagonale sind Kategorien, die verwechselt werden oder oft zusammen auftreten.',
    matrixMost: (n) => `Gezeigt sind die ${number(n)} häufigsten Kategorien.`,
    matrixRegion: 'Tafel der vergebenen und vorgeschlagenen Kategorien',
    mistakes: 'Die größten Irrtümer',
    mistakesLead:
      'Wo das Modell am sichersten war und Sie das Gegenteil sagten. Öffnen Sie eines, um es noch einmal zu lesen.',
    mistakesNone: 'Kein Vorschlag widerspricht einer Ihrer Entscheidungen.',
    suspects: 'Entscheidungen zum Nachsehen',
    suspectsLead: 'Entscheidungen, die das Modell für sehr unwahrscheinlich hält: Manche sind Versehen.',
    suspectsNone: 'Keine Entscheidung sieht nach einem Versehen aus.',
    you: 'Sie:',
    model: 'Modell:',
    showAll: (n) => `Alle ${number(n)} zeigen`,
  },
};
