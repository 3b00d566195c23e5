/**
 * Folder of a model's folder, laid out like one, with the encoder that texts are embedded with. Its file answers with
 * embeddings of length 1, [batch, hidden]; they are made of its last hidden state (see `appendEmbedding`).
 */
export const ENCODER = 'embedding';

/** File of that folder: with what tokens of texts and of labels are compared (see `model/interactionFile.ts`). */
export const INTERACTION = 'interaction.safetensors';

/** What every model's folder has. */
export const CONFIG = 'config.json';
