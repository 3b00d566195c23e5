import { expect, test } from 'vitest';
import { remembering } from '../../../backend/evaluating/remembering.ts';
import { type Engine, logistic, type TextScores } from '../../../engine/index.ts';

/** An engine that writes down what it was asked to read. */
function noting(): { engine: Engine; read: string[]; opened: unknown[] } {
  const read: string[] = [];
  const opened: unknown[] = [];
  const refuse = () => Promise.reject(new Error('not asked for'));
  const score = async (texts: readonly string[], hypotheses: readonly string[]): Promise<TextScores[]> => {
    read.push(...texts);
    return texts.map((text) => {
      const odds = Float32Array.from(hypotheses, (sentence) => text.length - sentence.length);
      return { odds, probabilities: odds.map(logistic), passages: hypotheses.map(() => null) };
    });
  };
  const engine: Engine = {
    describe: refuse,
    classExamples: refuse,
    train: refuse,
    tune: refuse,
    explain: refuse,
    exportModel: refuse,
    close: async () => undefined,
    pid: 7,
    devices: { choose: refuse, describe: refuse },
    async openScorer(spec) {
      opened.push(spec.trained);
      return { score, close: async () => undefined };
    },
    async embed(_, texts) {
      read.push(...texts.map((text) => `vector of ${text}`));
      return texts.map((text) => Float32Array.of(text.length));
    },
    async liken({ texts, labels }) {
      read.push(...texts.map((text) => `${text} like ${labels.map(({ name }) => name).join()}`));
      return texts.map((text) => ({
        embedding: Float32Array.of(text.length),
        cosine: Float32Array.from(labels, ({ name }) => text.length - name.length),
      }));
    },
  };
  return { engine, read, opened };
}

const spec = { dir: 'm', device: 'cpu', precision: 'auto' } as const;

test('a text is read once by a model without training, in the order that is asked for', async () => {
  const { engine, read, opened } = noting();
  const own = remembering(engine);
  const odds = async (texts: string[], hypotheses: string[]) => {
    const scorer = await own.openScorer({ ...spec, trained: undefined });
    const rows = await scorer.score(texts, hypotheses);
    await scorer.close();
    return rows.map((row) => [...row.odds]);
  };
  expect(await odds(['one', 'three', 'one'], ['a', 'bb'])).toEqual([
    [2, 1],
    [4, 3],
    [2, 1],
  ]);
  expect(await odds(['three', 'seven77', 'one'], ['a', 'bb'])).toEqual([
    [4, 3],
    [6, 5],
    [2, 1],
  ]);
  expect(read).toEqual(['one', 'three', 'seven77']);
  expect(await odds(['one'], ['a', 'bb'])).toEqual([[2, 1]]);
  expect(opened).toHaveLength(2);
  // Other sentences are another question.
  expect(await odds(['one'], ['cccc'])).toEqual([[-1]]);
  expect(read).toEqual(['one', 'three', 'seven77', 'one']);
  expect((await own.embed({ dir: 'm' }, ['one', 'one', 'two2'])).map(([x]) => x)).toEqual([3, 3, 4]);
  expect((await own.embed({ dir: 'm' }, ['two2'])).map(([x]) => x)).toEqual([4]);
  expect(read.slice(4)).toEqual(['vector of one', 'vector of two2']);
  expect(own.pid).toBe(7);
  const interaction = { share: 0.5, digest: '0123456789abcdef' };
  const likenesses = async (texts: string[], name: string) => {
    const labels = [{ name, hypotheses: [] }];
    const rows = await own.liken({ model: { dir: 'm' }, texts, labels, interaction });
    return rows.map(({ cosine }) => cosine[0]);
  };
  expect(await likenesses(['one', 'three'], 'x')).toEqual([2, 4]);
  expect(await likenesses(['three', 'two2'], 'x')).toEqual([4, 3]);
  expect(await likenesses(['one'], 'yy')).toEqual([1]);
  expect(read.slice(6)).toEqual(['one like x', 'three like x', 'two2 like x', 'one like yy']);
});

test('what was trained is read each time', async () => {
  const { engine, read } = noting();
  const own = remembering(engine);
  for (let time = 0; time < 2; time++) {
    const scorer = await own.openScorer({ ...spec, trained: new Uint8Array(1) });
    await scorer.score(['one'], ['a']);
    await own.embed({ dir: 'm', tuned: new Uint8Array(1) }, ['one']);
  }
  expect(read).toEqual(['one', 'vector of one', 'one', 'vector of one']);
});
