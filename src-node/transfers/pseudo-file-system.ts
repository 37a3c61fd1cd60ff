import { statfs } from 'node:fs/promises';

/**
 * Types of file systems whose files the Linux kernel makes up (`linux/magic.h`): they hold the memory and the environment of programs, this one's included,
 * and to read one may do something.
 */
const PSEUDO: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0x62656570, // configfs
  0xcafe4a11, // bpf
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0xde5e81e4, // efivarfs
  0x6165676c, // pstore
]);

/** Reports whether a file or folder is one that the system makes up. Always false outside of Linux. @throws the error of the system */
export async function isPseudo(path: string): Promise<boolean> {
  return process.platform === 'linux' && PSEUDO.has((await statfs(path)).type);
}
