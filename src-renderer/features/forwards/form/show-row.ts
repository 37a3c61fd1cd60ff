/** Scrolls to the row of a rule once it is rendered and the dialog has closed. */
export function showRow(id: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() =>
      document.querySelector(`[data-forward="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'center' }),
    ),
  );
}
