/** Formats the line that a command prints while a person at that machine is asked. */
export function approvalWait(machine: string): string {
  return `Waiting for approval on ${machine}… Answer there: in the Inbox of its window, or with \`clawreach approvals\`. Ctrl-C cancels.`;
}
