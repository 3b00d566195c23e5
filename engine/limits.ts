/** Largest inputs the engine accepts; each is far above any real model and far below what hangs a machine. */
export const limits = {
  /** protobuf cannot address more than 2 GB in one message. */
  modelBytes: 2 ** 31 - 1,
  nodes: 100_000,
  initializers: 1_000_000,
  subgraphDepth: 8,
  nameLength: 4096,
  rank: 8,
  dimension: 2 ** 31,
  minOpset: 11,
  maxOpset: 21,
} as const;
