import { annotatorHere } from '../backend/machine/preferences.ts';
import { homeFolder } from '../process/home.ts';

/** Whose answers those are that nobody is named for: the app's own, since its screens show what one answered oneself. */
export const personHere = (): Promise<string> => annotatorHere(homeFolder());
