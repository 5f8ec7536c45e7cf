// Runs on Node 26: the compile cache must be on before the first import of the project.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { main } = await import('../main.ts');
await main(process.argv.slice(2));
