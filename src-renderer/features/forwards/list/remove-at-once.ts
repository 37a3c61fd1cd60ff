import type { AppApiClient, ForwardView } from '#shared/app-api/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { applyForward, notify, removeForward } from '../../../store/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Reports whether a question comes before the removal of a forward: it is in use, or has a password, which no Undo brings back. */
export function asksBeforeRemoval({
  connections,
  hasPassword,
}: Pick<ForwardView, 'connections' | 'hasPassword'>): boolean {
  return connections > 0 || hasPassword;
}

/** Removes a forward without a question. The toast adds it again, and gives its row the focus; another tells an error. Never rejects. */
export async function removeAtOnce(api: AppApiClient, { id, rule }: ForwardView): Promise<void> {
  const name = quoteUntrusted(rule.name);
  const undo = async (): Promise<void> => {
    const view = await api.call('forwards.add', { rule });
    applyForward(view);
    notify({ tone: 'good', text: text('forwards.removed.undone', { name }) });
    requestAnimationFrame(() => {
      // The pressed button went with its toast, unless the person has moved on meanwhile.
      if (document.activeElement === document.body)
        menuOf(document.querySelector(`[data-forward="${CSS.escape(view.id)}"]`))?.focus();
    });
  };
  try {
    await api.call('forwards.remove', { id });
  } catch (error) {
    notifyError(error);
    return;
  }
  removeForward(id);
  notify({
    tone: 'good',
    text: text('forwards.removed', { name }),
    action: { label: text('forwards.removed.undo'), run: () => void undo().catch(notifyError) },
  });
}

/** Returns the button that opens the menu of a forward's row. */
export function menuOf(row: Element | null | undefined): HTMLElement | null {
  return row?.querySelector<HTMLElement>('[aria-haspopup="menu"]') ?? null;
}

function notifyError(error: unknown): void {
  notify({ tone: 'bad', text: explain(error).what });
}
