/**
 * Where a `Project` keeps its connection: for `backend/project/` and for tests. Features ask the stores
 * (`tests/backend/layers.test.ts` refuses this file's name to them).
 */
export const DATABASE: unique symbol = Symbol('database');
