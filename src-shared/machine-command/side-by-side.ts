/** Machines on which a command runs at the same time. Each takes three of the 64 channels of a connection to the agent. */
const MOST_AT_ONCE = 20;

/**
 * Works on machines side by side, 20 at the same time; the others begin when one of them ends, in their order.
 * @param work work on one machine; its failure is a result
 * @returns the results, in the order of the machines
 */
export async function sideBySide<Machine, Result>(
  machines: readonly Machine[],
  work: (machine: Machine, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const waiting = machines.entries();
  const results: Result[] = [];
  const workOn = async (): Promise<void> => {
    // All share one iterator, so that each machine is taken once.
    for (const [index, machine] of waiting) results[index] = await work(machine, index);
  };
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, machines.length) }, workOn));
  return results;
}
