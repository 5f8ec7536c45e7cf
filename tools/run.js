// `node tools/run.js SCRIPT.ts ARGS...`: installs what is missing, then runs the script on the project's Node.
import { run } from '../apps/kubernode/bin/launch.js';

const [script, ...args] = process.argv.slice(2);
run(script, args);
