import { Notification } from 'electron';
import type { SystemNotice, Notifier } from './approval-notices.ts';

/** Notifier that shows notifications of the operating system through Electron, if the system supports them. Each kind of notification has its own. */
export class SystemNotifier implements Notifier {
  // Keep it referenced: a collected notification doesn't report its click.
  #current: Notification | undefined;

  show({ title, body, urgent }: SystemNotice, clicked: () => void): void {
    this.clear();
    if (!Notification.isSupported()) return;
    const notification = new Notification({
      title,
      body,
      silent: false,
      ...(urgent === true ? { urgency: 'critical' } : {}),
    });
    this.#current = notification;
    notification.on('click', () => {
      this.#current = undefined;
      clicked();
    });
    notification.show();
  }

  clear(): void {
    this.#current?.close();
    this.#current = undefined;
  }
}
