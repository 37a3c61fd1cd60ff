import type { TranslatedErrors } from '../load.ts';

export const OPERATOR_TEXTS: TranslatedErrors = {
  'request.unknown': {
    what: 'Eine solche Anfrage gibt es nicht.',
    why: 'Es gab sie nie, oder sie ist so alt, dass sie vergessen ist.',
    next: 'Sehen Sie noch einmal in der Liste nach.',
  },
  'request.ambiguous': {
    what: 'Mehrere Anfragen beginnen mit „{request}“.',
    why: 'Eine Antwort muss genau einer gelten.',
    next: 'Wählen Sie sie aus der Liste.',
  },
  'request.gone': {
    what: 'Diese Anfrage ist vorbei.',
    why: 'Sie wurde anderswo beantwortet, durch eine neuere ersetzt, zurückgezogen, oder ihre Zeit ist abgelaufen ({outcome}).',
    next: 'Was daraus wurde, steht in der Liste des Entschiedenen.',
  },
  'request.changed': {
    what: 'Was gefragt wird, hat sich geändert, seit es gezeigt wurde.',
    why: 'Eine Antwort gilt nur für das, was Sie gesehen haben; deshalb wurde nichts beantwortet.',
    next: 'Sehen Sie sich die Anfrage noch einmal an, und antworten Sie dann.',
  },
  'request.decision': {
    what: 'So lässt sich diese Anfrage nicht beantworten.',
    why: 'Sie bietet diese Antwort nicht an, oder sie ist zu groß, um ganz gezeigt zu werden, und dann kann sie nur abgelehnt werden.',
    next: 'Wählen Sie eine der gezeigten Antworten.',
  },
  'request.answered': {
    what: 'Eine Antwort auf diese Anfrage ist schon unterwegs.',
    why: 'Das Gateway hat noch nicht gesagt, was daraus wurde.',
    next: 'Warten Sie einen Moment, und sehen Sie sich die Anfrage dann noch einmal an.',
  },
  'usage.gateway': {
    what: 'Welches Gateway?',
    why: 'Es gibt mehrere: {gateways}.',
    next: 'Wählen Sie einen davon.',
  },
  'usage.no-gateway': {
    what: 'Hier ist kein Gateway bekannt.',
    why: 'Dieser Befehl betrifft ein Gateway von OpenClaw.',
    next: 'Fügen Sie zuerst eines hinzu, unter „Gateways“.',
  },
  'usage.gateway-token': {
    what: 'Das Token des Gateways fehlt.',
    why: '{reason}. Es wird nie von der Befehlszeile genommen, wo andere Programme es lesen könnten.',
    next: 'Führen Sie den Befehl in einem Terminal aus, um gefragt zu werden, geben Sie `--token-stdin` oder `--token-file FILE` an, oder setzen Sie die Variable {variable}.',
  },
  'usage.gateway-password': {
    what: 'Das Passwort des Gateways fehlt.',
    why: '{reason}. Es wird nie von der Befehlszeile genommen, wo andere Programme es lesen könnten.',
    next: 'Führen Sie den Befehl mit `--password` in einem Terminal aus, um gefragt zu werden, geben Sie `--password-stdin` oder `--password-file FILE` an, oder setzen Sie die Variable {variable}.',
  },
  'usage.gateway-certificate': {
    what: 'Kein Zertifikat wartet auf eine Entscheidung.',
    why: 'Das Gateway {name} zeigt das vertraute, oder es wurde nicht erreicht.',
    next: 'Sehen Sie sich das Gateway an, unter „Gateways“.',
  },
  'usage.gateway-fingerprint': {
    what: 'Das Gateway zeigt ein anderes Zertifikat als das von Ihnen genannte.',
    why: 'Sie haben {given} genannt, und es zeigt {shown}. Vielleicht steht jemand dazwischen.',
    next: 'Fragen Sie den Betreiber des Gateways. Es wurde nichts vertraut oder gesendet.',
  },
  'usage.gateway-undecided': {
    what: 'Der Fingerabdruck muss angegeben werden.',
    why: 'Es gibt kein Terminal, um zu fragen. Das Gateway zeigt {fingerprint}.',
    next: 'Vergleichen Sie ihn mit dem des Gateways, dann: `clawreach gateway trust {name} --fingerprint {fingerprint}`',
  },
  'usage.confirm': {
    what: 'Es kann niemand gefragt werden.',
    why: 'Es gibt kein Terminal, oder die Antwort ist als JSON verlangt, und ungesehen geschieht das nicht.',
    next: 'Bestätigen Sie es, sobald Sie sicher sind.',
  },
  'usage.request': {
    what: 'Welche Anfrage?',
    why: 'Eine davon muss genannt werden.',
    next: 'Wählen Sie eine aus der Liste.',
  },
  'usage.role': {
    what: 'Welches Token?',
    why: 'Das Gerät hat Token für: {roles}.',
    next: 'Wählen Sie den Operator oder den Knoten.',
  },
  'usage.device-unknown': {
    what: 'Am Gateway heißt nichts von der Art {what} {name}.',
    why: 'Es gibt keines mit dieser ID oder diesem Namen.',
    next: 'Führen Sie `clawreach {what}s list` aus, um sie zu sehen.',
  },
  'usage.device-ambiguous': {
    what: 'Mehrere heißen {name}.',
    why: 'Am Gateway gibt es mehr als eines von der Art {what} mit diesem Namen oder Anfang.',
    next: 'Geben Sie mehr von der ID an: `clawreach {what}s list`.',
  },
};
