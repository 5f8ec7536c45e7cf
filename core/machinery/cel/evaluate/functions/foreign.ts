import { FORMAT_FUNCTIONS } from './formats.ts';
import type { Functions } from './function.ts';
import { NETWORK } from './network.ts';
import { QUANTITIES } from './quantities.ts';
import { URLS } from './urls.ts';
import { VERSIONS } from './versions.ts';

/** What makes values of the types that libraries bring; their methods are the values' own. */
export const FOREIGN: Functions = { ...NETWORK, ...QUANTITIES, ...VERSIONS, ...URLS, ...FORMAT_FUNCTIONS };
