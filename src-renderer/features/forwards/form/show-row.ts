/** Scrolls the page to the row of a forward that its dialog has just saved. Waits two frames, until the row is rendered and the dialog has closed. */
export function showRow(id: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() =>
      document.querySelector(`[data-forward="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'center' }),
    ),
  );
}
