/** Paid by the minute. A chunk of its own, because the chart library is most of the screen's weight. */
import { useLingui } from '@lingui/react/macro'
import { BarChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { type Screen, serverNowMs } from '../client/index.ts'
import { count, money } from '../kit/index.ts'
import { minuteBars } from './screen-state.ts'

use([BarChart, GridComponent, CanvasRenderer])

const barsMax = 60

export function MinuteChart({ minutes, currency }: { minutes: Screen['minutes']; currency: string }) {
  const { t } = useLingui()
  const frame = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(null)

  useEffect(() => {
    if (frame.current === null) return undefined
    const made = init(frame.current)
    chart.current = made
    const watch = new ResizeObserver(() => made.resize())
    watch.observe(frame.current)
    return () => {
      watch.disconnect()
      chart.current = null
      made.dispose()
    }
  }, [])

  const bars = minuteBars(minutes, serverNowMs(), barsMax)
  const highest = Math.max(0, ...bars.map((bar) => bar.paidMinor))
  useEffect(() => {
    if (frame.current === null || chart.current === null) return
    const style = getComputedStyle(frame.current)
    const fontSize = Number.parseFloat(style.fontSize)
    const colourOf = (name: string) => resolved(style.getPropertyValue(name), frame.current as HTMLElement)
    chart.current.setOption(
      {
        animationDurationUpdate: 400,
        grid: { left: 0, right: 4, top: fontSize, bottom: 0, containLabel: true },
        xAxis: {
          type: 'category',
          data: bars.map((bar) =>
            new Date(bar.atMs).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false }),
          ),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: colourOf('--line') } },
          axisLabel: { color: colourOf('--ink-2'), fontSize, interval: 14 },
        },
        yAxis: {
          type: 'value',
          splitNumber: 3,
          splitLine: { lineStyle: { color: colourOf('--line') } },
          axisLabel: { color: colourOf('--ink-2'), fontSize, formatter: (value: number) => count(value / 100) },
        },
        series: [
          {
            type: 'bar',
            barCategoryGap: '25%',
            itemStyle: { color: colourOf('--accent'), borderRadius: [3, 3, 0, 0] },
            data: bars.map((bar) => bar.paidMinor),
          },
        ],
      },
      { notMerge: false, lazyUpdate: true },
    )
  })

  const label = t`Paid in each of the last ${barsMax} minutes; at most ${money(highest, currency)} in one minute`
  return <div ref={frame} role="img" aria-label={label} className="chart" />
}

/** A canvas knows no `light-dark()`: the browser is asked what a colour has become. */
function resolved(colour: string, beside: HTMLElement): string {
  const probe = document.createElement('span')
  probe.style.color = colour
  beside.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}
