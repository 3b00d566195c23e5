import { createRouterClient } from '@orpc/server';
import { type Backend, router } from '../../backend/index.ts';

/** The procedures as the page calls them, with inputs and outputs checked against the contract. */
export const clientOf = ({ session }: Backend) => createRouterClient(router, { context: session });
