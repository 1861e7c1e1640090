import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  /** Counts one answered request of the platform. `kind` is the activity's kind, never a person or a text. */
  turn(kind: string, outcome: 'answered' | 'refused' | 'failed' | 'repeated', seconds: number): void
  /** Counts one request that this bot sent to the platform. */
  sent(method: string, status: number | 'failed'): void
  /** Counts one message that the bot sent by itself. `kind` is that of the sending, never a person, a team or a text. */
  outbox(kind: string, outcome: 'delivered' | 'failed' | 'skipped' | 'unknown', reason: string): void
  /** Reads how the outbox stands whenever the metrics are read. */
  watchOutbox(state: () => { oldestSeconds: number; running: number; isPaused: boolean }): void
  read(): Promise<string>
  contentType: string
}

export function openMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const turns = new Counter({
    name: 'luotsi_turns_total',
    help: 'Activities answered, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'luotsi_turn_seconds',
    help: 'Time from the arrival of an activity to its answer',
    labelNames: ['kind'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    registers: [registry],
  })
  const requests = new Counter({
    name: 'luotsi_connector_requests_total',
    help: 'Requests to the Bot Connector, by method and status',
    labelNames: ['method', 'status'],
    registers: [registry],
  })
  const sendings = new Counter({
    name: 'luotsi_outbox_total',
    help: 'Messages that the bot sent by itself, by kind, outcome and reason',
    labelNames: ['kind', 'outcome', 'reason'],
    registers: [registry],
  })
  const request = keptByLabels((method: string, status: string) => requests.labels(method, status))
  const sending = keptByLabels((kind: string, outcome: string, reason: string) =>
    sendings.labels(kind, outcome, reason),
  )
  return {
    turn(kind, outcome, duration) {
      turns.inc({ kind, outcome })
      seconds.observe({ kind }, duration)
    },
    sent(method, status) {
      request(method, String(status)).inc()
    },
    outbox(kind, outcome, reason) {
      sending(kind, outcome, reason).inc()
    },
    watchOutbox(state) {
      const gauge = (name: string, help: string, value: () => number) =>
        new Gauge({
          name,
          help,
          registers: [registry],
          collect() {
            this.set(value())
          },
        })
      gauge(
        'luotsi_outbox_oldest_seconds',
        'Age of the oldest message that is due and not sent',
        () => state().oldestSeconds,
      )
      gauge('luotsi_outbox_mailings', 'Mailings that are being sent', () => state().running)
      gauge('luotsi_outbox_paused', '1 while all sending waits', () => Number(state().isPaused))
    },
    read: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

/** Looking a counter up by its labels costs more than counting, and there are few. */
function keptByLabels<L extends string[], C>(find: (...labels: L) => C): (...labels: L) => C {
  const kept = new Map<string, C>()
  return (...labels) => {
    const key = labels.join(' ')
    const known = kept.get(key) ?? find(...labels)
    kept.set(key, known)
    return known
  }
}
