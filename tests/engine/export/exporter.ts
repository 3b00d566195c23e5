import { exportModel } from '../../../engine/export/modelFolder.ts';
import { loadNliModel } from '../../../engine/model/nliModel.ts';
import { exportRequest } from './request.ts';

/** Exports a model as it is. Killed by the test, or not in time. */
const [dir = '', to = ''] = process.argv.slice(2);
const model = await loadNliModel(dir);
await exportModel(model, model.prepared.model, exportRequest(to));
