/**
 * Metrics: counters, gauges and histograms in Prometheus' format at `/metrics`.
 *
 * Always true: labels come from small closed sets (route ids, areas, reasons), never from people or ids.
 * Not here: business figures that must be exact (`insight`).
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  registry: Registry
  counter(name: string, help: string, labels?: string[]): Counter
  gauge(name: string, help: string, labels?: string[]): Gauge
  histogram(name: string, help: string, labels?: string[], buckets?: number[]): Histogram
}

export function startMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'hawker_' })
  const registers = [registry]
  // Asked for twice, a metric is the same one: whoever restarts a part of the process goes on counting.
  const known = <Kind>(name: string, make: (full: string) => Kind): Kind =>
    (registry.getSingleMetric(`hawker_${name}`) as Kind | undefined) ?? make(`hawker_${name}`)
  return {
    registry,
    counter: (name, help, labelNames = []) =>
      known(name, (full) => new Counter({ name: full, help, labelNames, registers })),
    gauge: (name, help, labelNames = []) =>
      known(name, (full) => new Gauge({ name: full, help, labelNames, registers })),
    histogram: (name, help, labelNames = [], buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5]) =>
      known(name, (full) => new Histogram({ name: full, help, labelNames, buckets, registers })),
  }
}
