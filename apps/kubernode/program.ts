import { Command, InvalidArgumentError, Option } from 'commander';
import { Failure } from './failure.ts';
import { kubernodeVersion } from './version.ts';

const whole = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  }
  return value;
};

const nameOption = () => new Option('--name <name>', 'which cluster').default('default').env('KUBERNODE_NAME');
const dataOption = () =>
  new Option(
    '--data-dir <folder>',
    'where its data lies, remembered once it is made (default: /var/lib/kubernode/NAME as root, else ~/.local/share/kubernode/NAME)',
  );
const storageOption = () =>
  new Option('--storage <kind>', 'log: durable on disk; memory: gone when the server stops').choices(['log', 'memory']);
const controllersOption = () =>
  new Option('--controllers <list>', 'which controllers run: `*` for all, `-NAME` to leave one out, `none`');
const schedulerOption = () => new Option('--scheduler <mode>', 'the scheduler').choices(['on', 'none']);

/** Gives a command `help [command...]`. Commander's own takes a command that is not there for none. */
function addHelp(above: Command): void {
  above
    .helpCommand(false)
    .command('help')
    .description('tell about a command')
    .argument('[command...]')
    .action((names: readonly string[]) => {
      let found = above;
      const path = above.parent === null ? [] : [above.name()];
      for (const name of names) {
        path.push(name);
        const next = found.commands.find((command) => command.name() === name);
        if (next === undefined)
          throw new Failure(`There is no command "${path.join(' ')}"; "kubernode help" lists all.`);
        found = next;
      }
      found.outputHelp();
    });
}

/** The command line: every command with its options and what it does. */
export function program(): Command {
  const cli = new Command('kubernode')
    .description('Kubernetes in one program, ready in a second.')
    .enablePositionalOptions()
    .showHelpAfterError('(kubernode help COMMAND tells more)')
    .configureHelp({ sortSubcommands: false });

  cli
    .command('up')
    .description('start the cluster (or what of it is down) and wait until it serves')
    .addOption(nameOption())
    .addOption(dataOption())
    .option('--foreground', 'stay attached, show the logs, and stop the cluster on Ctrl-C')
    .addOption(
      new Option(
        '--port <port>',
        'where the API server listens (default: 6443 for the first cluster, or the next that is free)',
      ).argParser(whole(1, 65535)),
    )
    .addOption(
      new Option(
        '--runtime <runtime>',
        'containerd: real containers (needs root); simulated: none; auto: the best this machine can',
      ).choices(['auto', 'containerd', 'simulated']),
    )
    .addOption(new Option('--nodes <count>', 'how many nodes').argParser(whole(0, 5000)))
    .addOption(
      new Option(
        '--registry-mirror <mirror...>',
        'URL, or REGISTRY=URL: where real nodes pull images from instead; none: from nowhere else again',
      ),
    )
    .addOption(storageOption())
    .addOption(controllersOption())
    .addOption(schedulerOption())
    .action(async (options) => (await import('./commands/up.ts')).up(options));

  cli
    .command('down')
    .description('stop the cluster; everything in it is kept')
    .addOption(nameOption())
    .addOption(dataOption())
    .action(async (options) => (await import('./commands/down.ts')).down(options));

  cli
    .command('status')
    .description('tell what runs and what is down')
    .addOption(nameOption())
    .addOption(dataOption())
    .option('--all', 'one line for each cluster of this machine')
    .action(async (options) => (await import('./commands/status.ts')).status(options));

  cli
    .command('delete')
    .description('stop the cluster and remove everything that it left on this machine')
    .addOption(nameOption())
    .addOption(dataOption())
    .action(async (options) => (await import('./commands/delete.ts')).deleteCluster(options));

  cli
    .command('logs')
    .description("show the logs of the cluster's processes")
    .argument('[process]', 'server, or a node by its name; all when left out')
    .addOption(nameOption())
    .addOption(dataOption())
    .option('-f, --follow', 'go on showing what is written')
    .addOption(new Option('--tail <lines>', 'how many of the last lines').default(50).argParser(whole(0, 1_000_000)))
    .action(async (process, options) => (await import('./commands/logs.ts')).logs(process, options));

  const image = cli.command('image').description("the images on the cluster's nodes");
  image
    .command('import')
    .description('put images from OCI or Docker archives (docker save) on every node')
    .argument('<archives...>', 'tar files')
    .addOption(nameOption())
    .addOption(dataOption())
    .action(async (archives, options) => (await import('./commands/image.ts')).importImages(archives, options));
  image
    .command('ls')
    .description('list the images of every node')
    .addOption(nameOption())
    .addOption(dataOption())
    .action(async (options) => (await import('./commands/image.ts')).listImages(options));

  const store = cli.command('store').description("look after the files that hold the cluster's objects");
  store
    .command('check')
    .description('tell whether the server would open them, and what they hold; changes nothing')
    .addOption(nameOption())
    .addOption(dataOption())
    .action(async (options) => (await import('./commands/store.ts')).checkStore(options));
  store
    .command('repair')
    .description('make damaged files openable: keeps what can be read, and a copy of what was there')
    .addOption(nameOption())
    .addOption(dataOption())
    .action(async (options) => (await import('./commands/store.ts')).repairStore(options));
  store
    .command('history')
    .description('list the writes that the files still hold: when, who, how, which object')
    .argument('[object]', 'only what begins so: /configmaps/default/web, apps/deployments/')
    .option('--json', 'a line of JSON for each write, with the object as it was stored')
    .addOption(nameOption())
    .addOption(dataOption())
    .action(async (object, options) => (await import('./commands/store.ts')).storeHistory(object, options));

  cli
    .command('kubectl')
    .description('run kubectl against the cluster (the one on PATH, else one that is fetched)')
    .argument('[args...]', 'passed on')
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .addOption(nameOption())
    .addOption(dataOption())
    .action(async (args, options) => (await import('./commands/kubectl.ts')).kubectl(args, options));

  cli
    .command('validation')
    .description('list the kinds whose own rules the server does not check yet')
    .option('--all', 'every kind, and how it is validated')
    .action(async (options) => (await import('./commands/validation.ts')).validation(options));

  cli
    .command('version')
    .description('print the version')
    .action(() => console.log(kubernodeVersion()));

  cli
    .command('server')
    .description('run the control plane in the foreground (what `up` starts in the background)')
    .addOption(nameOption())
    .addOption(dataOption())
    .addOption(new Option('--port <port>', 'where to listen').default(6443).argParser(whole(0, 65535)))
    .addOption(new Option('--listen <addresses>', 'comma-separated addresses to listen on').default('127.0.0.1'))
    .addOption(
      new Option('--advertise <address>', 'the address that Service kubernetes leads to').default('192.0.2.10'),
    )
    .addOption(storageOption().default('log'))
    .addOption(
      new Option(
        '--api-window <seconds>',
        'how far back lists and watches can start; what is older is answered with 410 Gone (kube-apiserver: --etcd-compaction-interval)',
      )
        .default(300)
        .argParser(whole(1, 86_400)),
    )
    .addOption(controllersOption().default('*'))
    .addOption(schedulerOption().default('on'))
    .addOption(
      new Option('--simulated-nodes <count>', 'nodes whose containers are simulated')
        .default(0)
        .argParser(whole(0, 5000)),
    )
    .option('--simulated-images <file>', 'the images that simulated nodes can pull, one a line (default: all)')
    .addOption(new Option('--pod-cidr <cidr>', 'where nodes get their pod ranges from').default('10.244.0.0/16'))
    .addOption(new Option('--service-cidr <cidr>', "where Services' addresses come from").default('10.96.0.0/16'))
    .option('--feature-gates <gates>', 'NAME=true|false,... as kube-apiserver takes them')
    .action(async (options) => (await import('./commands/server.ts')).server(options));

  cli
    .command('node')
    .description("run a real node's agent, inside the node (what `up` starts in the background)")
    .requiredOption('--config <file>', 'what `up` wrote for it')
    .action(async (options) => (await import('./commands/node.ts')).node(options));

  for (const command of [image, store, cli]) addHelp(command);
  return cli;
}
