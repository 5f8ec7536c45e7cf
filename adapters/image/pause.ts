import { imageArchive, ociArchitecture, type ImageArchive } from './oci.ts';

export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10';

const BASE = 0x40_0000;
const CODE = 64 + 56;
const IGNORE_ACTION = 0x140;
const EXIT_ACTION = 0x160;
const EXIT_CODE = 0x180;
const SIZE = 0x1a0;
const [SIGINT, SIGTERM, SIGCHLD] = [2, 15, 17];

/** Machine code and calls of an architecture. `entry` installs the three signal handlers and pauses for ever. */
interface Machine {
  readonly elfMachine: number;
  readonly entry: readonly number[];
  /** exit_group(0) */
  readonly exit: readonly number[];
  /** Where struct kernel_sigaction has its restorer; arm64 has none. */
  readonly hasRestorer: boolean;
}

const word = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

const amd64: Machine = {
  elfMachine: 0x3e,
  entry: [
    // mov eax, rt_sigaction; mov edi, signal; mov esi, action; xor edx, edx; mov r10d, 8; syscall
    ...[SIGCHLD, SIGTERM, SIGINT].flatMap((signal) => [
      0xb8,
      ...word(13),
      0xbf,
      ...word(signal),
      0xbe,
      ...word(BASE + (signal === SIGCHLD ? IGNORE_ACTION : EXIT_ACTION)),
      0x31,
      0xd2,
      0x41,
      0xba,
      ...word(8),
      0x0f,
      0x05,
    ]),
    // again: mov eax, pause; syscall; jmp again
    0xb8,
    ...word(34),
    0x0f,
    0x05,
    0xeb,
    0xf7,
  ],
  // xor edi, edi; mov eax, exit_group; syscall
  exit: [0x31, 0xff, 0xb8, ...word(231), 0x0f, 0x05],
  hasRestorer: true,
};

const movz = (register: number, value: number, high = false): number[] =>
  word(((high ? 0xd2a0_0000 : 0xd280_0000) | (value << 5) | register) >>> 0);
const movk = (register: number, value: number, high: boolean): number[] =>
  word(((high ? 0xf2a0_0000 : 0xf280_0000) | (value << 5) | register) >>> 0);
const svc = word(0xd400_0001);

const arm64: Machine = {
  elfMachine: 0xb7,
  entry: [
    ...[SIGCHLD, SIGTERM, SIGINT].flatMap((signal) => {
      const action = BASE + (signal === SIGCHLD ? IGNORE_ACTION : EXIT_ACTION);
      return [
        ...movz(0, signal),
        ...movz(1, action & 0xffff),
        ...movk(1, action >>> 16, true),
        ...movz(2, 0),
        ...movz(3, 8),
        ...movz(8, 134),
        ...svc,
      ];
    }),
    // again: ppoll(null, 0, null, null), as arm64 has no pause; b again
    ...movz(0, 0),
    ...movz(1, 0),
    ...movz(2, 0),
    ...movz(3, 0),
    ...movz(8, 73),
    ...svc,
    ...word((0x1400_0000 | (-6 & 0x03ff_ffff)) >>> 0),
  ],
  exit: [...movz(0, 0), ...movz(8, 94), ...svc],
  hasRestorer: false,
};

/**
 * The program that holds a pod's namespaces, written byte by byte so that no compiler and no registry is needed: children are
 * reaped by the kernel (SIGCHLD is ignored, so orphans of a shared pid namespace too), SIGTERM and SIGINT end it.
 * Undefined for an architecture that it does not know.
 */
export function pauseProgram(architecture: string): Buffer | undefined {
  const machine = architecture === 'x64' ? amd64 : architecture === 'arm64' ? arm64 : undefined;
  if (machine === undefined) return undefined;
  if (CODE + machine.entry.length > IGNORE_ACTION) throw new Error('the pause program has outgrown its place');
  const file = Buffer.alloc(SIZE);
  // ELF header: 64 bit, little endian, executable; one program header that loads the whole file, readable and executable.
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0], 0);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(machine.elfMachine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(BASE + CODE), 24);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt16LE(64, 58);
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(5, 68);
  file.writeBigUInt64LE(BigInt(BASE), 80);
  file.writeBigUInt64LE(BigInt(BASE), 88);
  file.writeBigUInt64LE(BigInt(SIZE), 96);
  file.writeBigUInt64LE(BigInt(SIZE), 104);
  // Big pages on arm64 may be 64 KiB.
  file.writeBigUInt64LE(0x1_0000n, 112);
  file.set(machine.entry, CODE);
  file.set(machine.exit, EXIT_CODE);
  // struct kernel_sigaction { handler, flags, [restorer,] mask }
  file.writeBigUInt64LE(1n, IGNORE_ACTION);
  file.writeBigUInt64LE(BigInt(BASE + EXIT_CODE), EXIT_ACTION);
  if (machine.hasRestorer) {
    file.writeBigUInt64LE(0x0400_0000n, EXIT_ACTION + 8);
    file.writeBigUInt64LE(BigInt(BASE + EXIT_CODE), EXIT_ACTION + 16);
  }
  return file;
}

/** The sandbox image, for this machine's architecture. Throws where the program cannot be written. */
export function pauseImage(architecture: string = process.arch): ImageArchive {
  const program = pauseProgram(architecture);
  if (program === undefined) throw new Error(`there is no pause program for ${architecture}`);
  return imageArchive({
    references: [PAUSE_IMAGE],
    config: { Entrypoint: ['/pause'], User: '65535:65535' },
    layers: [[{ path: 'pause', mode: 0o755, content: program }]],
    architecture: ociArchitecture(architecture),
  });
}
