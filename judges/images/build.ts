import { DISCLOSURE, testImages } from './images.ts';

/** `node judges/images/build.ts`: makes the images that the conformance tests run, and prints their archives. */
for (const path of testImages()) console.log(path);
for (const line of DISCLOSURE) console.log(`note: ${line}`);
