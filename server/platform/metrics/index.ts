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
  return {
    registry,
    counter: (name, help, labelNames = []) => new Counter({ name: `hawker_${name}`, help, labelNames, registers }),
    gauge: (name, help, labelNames = []) => new Gauge({ name: `hawker_${name}`, help, labelNames, registers }),
    histogram: (name, help, labelNames = [], buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5]) =>
      new Histogram({ name: `hawker_${name}`, help, labelNames, buckets, registers }),
  }
}
