import { expect, test } from 'vitest';
import { EngineError } from '../../../engine/errors.ts';
import { type Engine, type RemoteScorer, withTextReader } from '../../../engine/index.ts';
import { labelOdds } from '../../../engine/zeroshot/ensemble.ts';

const LABELS = [
  { name: 'price', hypotheses: ['it is about money', 'it is dear'] },
  { name: 'colour', hypotheses: ['it has a colour'] },
  { name: 'silent', hypotheses: [] },
];
const SPEC = { dir: '/model', device: 'cpu', precision: 'fp32', labels: LABELS } as const;

/** Log-odds that tell which sentence they are of; the first letters of a text are its vector. */
const oddsOf = (text: string, sentence: string) => text.length - sentence.length;
const vectorOf = (text: string) => Float32Array.of(text.charCodeAt(0), text.charCodeAt(1));
const passageOf = (sentence: string) => ({ start: 0, end: sentence.length });

/** What is asked of an engine that answers as above, call by call. */
function recording(fails: { score?: EngineError; embed?: EngineError; liken?: EngineError } = {}) {
  const calls: unknown[][] = [];
  const once = (kind: 'score' | 'embed' | 'liken') => {
    const error = fails[kind];
    delete fails[kind];
    if (error) throw error;
  };
  const scorer: RemoteScorer = {
    async score(texts, sentences) {
      calls.push(['score', texts, sentences]);
      once('score');
      return texts.map((text) => ({
        odds: Float32Array.from(sentences, (sentence) => oddsOf(text, sentence)),
        probabilities: new Float32Array(sentences.length),
        passages: sentences.map(passageOf),
      }));
    },
    close: async () => void calls.push(['close']),
  };
  const engine: Pick<Engine, 'openScorer' | 'embed' | 'liken'> = {
    async openScorer({ device }) {
      calls.push(['open', device]);
      return scorer;
    },
    async embed(_, texts) {
      calls.push(['embed', texts]);
      once('embed');
      return texts.map(vectorOf);
    },
    async liken({ texts, labels, interaction }) {
      calls.push(['liken', texts, interaction]);
      once('liken');
      return texts.map((text) => ({
        embedding: vectorOf(text),
        cosine: Float32Array.from(labels, ({ name }) => text.length / name.length),
      }));
    },
  };
  return { engine: engine as Engine, calls };
}

test('one answer holds log-odds per sentence, deciding passages, embeddings and likeness to all labels', async () => {
  const { engine, calls } = recording();
  const [row] = await withTextReader(engine, { ...SPEC, embeds: 'texts and labels' }, (read) =>
    read({ texts: ['abc'] }),
  );
  const price = Float32Array.of(3 - 17, 3 - 10);
  expect(row?.sentences).toEqual([price, Float32Array.of(3 - 15), new Float32Array()]);
  expect(row?.odds).toEqual(Float32Array.of(labelOdds(price), 3 - 15, Number.NaN));
  expect(row?.passages).toEqual([passageOf('it is dear'), passageOf('it has a colour'), null]);
  expect(row?.embedding).toEqual(vectorOf('abc'));
  expect(row?.cosine).toHaveLength(3);
  const [a, b] = vectorOf('abc');
  const [s, i] = vectorOf('silent');
  expect(row?.cosine?.[2]).toBe(a! * s! + b! * i!);
  expect(calls.map(([kind]) => kind)).toEqual(['open', 'embed', 'embed', 'score', 'close']);
});

test('only the sentences asked about are scored, and only texts without a known embedding are embedded', async () => {
  const { engine, calls } = recording();
  const known = [undefined, Float32Array.of(1, 0), undefined];
  const rows = await withTextReader(engine, { ...SPEC, embeds: 'texts and labels' }, async (read) => {
    calls.length = 0;
    return read({ texts: ['ab', 'cd', 'ef'], labels: [1], known });
  });
  expect(calls).toEqual([
    ['embed', ['ab', 'ef']],
    ['score', ['ab', 'cd', 'ef'], ['it has a colour']],
    ['close'],
  ]);
  expect(rows.map(({ embedding }) => embedding)).toEqual([vectorOf('ab'), known[1], vectorOf('ef')]);
  expect(rows[2]?.odds).toEqual(Float32Array.of(2 - 15));
  // Labels compete by their likeness, so that all are told.
  expect(rows.map(({ cosine }) => cosine?.length)).toEqual([3, 3, 3]);
});

test('with late interaction texts are read beside labels, whatever is known of them', async () => {
  const { engine, calls } = recording({ liken: new EngineError('engine_died', 'It died.') });
  const interaction = { share: 0.5, digest: '0123456789abcdef' };
  const spec = { ...SPEC, embeds: 'texts and labels', interaction } as const;
  const rows = await withTextReader(engine, spec, (read) =>
    read({ texts: ['ab', 'abc'], labels: [1], known: [Float32Array.of(1, 2), undefined] }),
  );
  expect(rows.map(({ embedding, cosine }) => [embedding, cosine])).toEqual([
    [vectorOf('ab'), Float32Array.of(2 / 5, 2 / 6, 2 / 6)],
    [vectorOf('abc'), Float32Array.of(3 / 5, 3 / 6, 3 / 6)],
  ]);
  expect(calls.filter(([kind]) => kind !== 'score')).toEqual([
    ['open', 'cpu'],
    ['liken', ['ab', 'abc'], interaction],
    ['liken', ['ab', 'abc'], interaction],
    ['close'],
  ]);
});

test('nothing is embedded unless it is asked for', async () => {
  const { engine, calls } = recording();
  const [row] = await withTextReader(engine, SPEC, (read) => read({ texts: ['ab'] }));
  expect(row).toMatchObject({ embedding: null, cosine: null });
  const texts = { ...SPEC, embeds: 'texts' } as const;
  const [own] = await withTextReader(engine, texts, (read) => read({ texts: ['ab'] }));
  expect(own).toMatchObject({ embedding: vectorOf('ab'), cosine: null });
  expect(calls.filter(([kind]) => kind === 'embed')).toEqual([['embed', ['ab']]]);
});

test('an engine that dies is opened again on the processor and asked once more; other failures are the caller’s', async () => {
  const died = () => new EngineError('engine_died', 'It died.');
  const { engine, calls } = recording({ score: died(), embed: died() });
  const notices: string[] = [];
  const spec = { ...SPEC, device: 'webgpu', embeds: 'texts' } as const;
  const rows = await withTextReader(engine, { ...spec, onNotice: (text) => notices.push(text) }, (read) =>
    read({ texts: ['ab'] }),
  );
  expect(rows[0]?.embedding).toEqual(vectorOf('ab'));
  expect(calls.map(([kind]) => kind)).toEqual(['open', 'embed', 'embed', 'score', 'open', 'score', 'close']);
  expect(calls.filter(([kind]) => kind === 'open')).toEqual([
    ['open', 'webgpu'],
    ['open', 'cpu'],
  ]);
  expect(notices).toEqual(['The engine stopped on webgpu; the processor goes on.']);

  const broken = recording({ score: new EngineError('cancelled', 'Stopped on request.') });
  await expect(withTextReader(broken.engine, SPEC, (read) => read({ texts: ['ab'] }))).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(broken.calls.map(([kind]) => kind)).toEqual(['open', 'score', 'close']);
});
