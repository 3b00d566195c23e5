import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cardOf, textPiece } from '../../../backend/choosing/cards.ts';
import { createProject } from '../../../backend/project/file.ts';
import { HEAD } from '../../../contract/index.ts';

test('84: a card carries the head of a long text, and the pieces after it make the whole, no character cut', () => {
  const folder = mkdtempSync(join(tmpdir(), 'entail-long-'));
  const project = createProject(join(folder, 'long.entail'));
  try {
    const text = `a${'😀'.repeat(HEAD)}`;
    const id = project.write(() =>
      project.stores.documents.add({ externalId: 'x', text, meta: new Map(), split: null, source: 't' }, ''),
    );
    const card = cardOf(project, 'ada', id);
    expect(card.length).toBe(text.length);
    expect(card.text.length).toBeLessThanOrEqual(HEAD);
    let read = card.text;
    while (read.length < card.length) {
      const piece = textPiece(project, id, read.length);
      expect(piece.length).toBeGreaterThan(0);
      expect(piece.isWellFormed()).toBe(true);
      read += piece;
    }
    expect(read === text).toBe(true);
  } finally {
    project.close();
    rmSync(folder, { recursive: true });
  }
});
