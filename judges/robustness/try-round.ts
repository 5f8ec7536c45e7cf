import { playRound } from './histories/round.ts';
const [seed, seconds, mutant] = process.argv.slice(2);
const report = await playRound({ seed: Number(seed), seconds: Number(seconds), ...(mutant ? { mutant } : {}) });
console.log({ ...report, faults: report.faults.length }, report.faults.slice(0, 8));
process.exit(0);
