/** Brings the row of a rule into sight, once it is drawn and the dialog before it is gone. */
export function showRow(id: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() =>
      document.querySelector(`[data-forward="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'center' }),
    ),
  );
}
