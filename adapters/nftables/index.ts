export { openNft, type Nft } from './nft.ts';
export { forgetFlow } from './conntrack.ts';
