/** Command that prints lines which count, slowly enough that something happens between them. */
export const countTo = (to: number): string =>
  `i=0; while [ $i -lt ${to} ]; do i=$((i+1)); echo line-$i; sleep 0.02; done; echo end-$((6*7))\n`;

/** Everything that the command prints. */
export const countedTo = (to: number): string =>
  `${Array.from({ length: to }, (_, index) => `line-${index + 1}\r\n`).join('')}end-42`;
