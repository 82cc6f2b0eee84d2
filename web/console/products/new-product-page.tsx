import { Trans, useLingui } from '@lingui/react/macro'
import {
  Button,
  Group,
  NativeSelect,
  NumberInput,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api, intent, must, newId, Problem } from '../../client/index.ts'
import { Go, useGo } from '../../kit/desk.tsx'
import { minorOf, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Page } from '../listing.tsx'
import css from '../orders/order.module.css'
import { categoriesQuery } from '../queries.ts'
import { PicturesField } from './pictures-field.tsx'

interface SkuFields {
  id: string
  code: string
  labelEn: string
  labelZh: string
  price: string
  listPrice: string
  cost: string
  weightGrams: number | string
  barcode: string
}

const emptySku = (): SkuFields => ({
  id: newId(),
  code: '',
  labelEn: '',
  labelZh: '',
  price: '',
  listPrice: '',
  cost: '',
  weightGrams: '',
  barcode: '',
})

export function NewProductPage() {
  const { t } = useLingui()
  useLocale()
  const go = useGo()
  const queries = useQueryClient()
  const categories = useQuery(categoriesQuery)
  // The asker makes the id: pressing twice creates one product.
  const [id] = useState(() => newId())
  const needed = (value: string) => (value.trim() === '' ? t`This is needed` : null)
  const amount = (value: string) => (minorOf(value) === null ? t`Write an amount like 12.50` : null)
  const form = useForm({
    initialValues: {
      slug: '',
      categoryCode: '',
      titleEn: '',
      titleZh: '',
      subtitleEn: '',
      subtitleZh: '',
      storyEn: '',
      storyZh: '',
      commission: 20 as number | string,
      pictures: [] as string[],
      skus: [emptySku()],
    },
    validate: {
      slug: (value: string) => (/^[a-z0-9-]{3,80}$/.test(value) ? null : t`3 to 80 small letters, digits and dashes`),
      titleEn: needed,
      titleZh: needed,
      skus: {
        code: needed,
        price: (value: string) => ((minorOf(value) ?? 0) < 1 ? t`Write an amount like 12.50` : null),
        listPrice: (value: string) => (value.trim() === '' ? null : amount(value)),
        cost: amount,
        weightGrams: (value: number | string) => (typeof value === 'number' && value >= 1 ? null : t`This is needed`),
        barcode: (value: string) => (/^\d{13}$/.test(value) ? null : t`13 digits`),
      },
    },
  })
  const create = useMutation({
    mutationFn: (values: typeof form.values) =>
      must(
        api.POST('/api/v1/products', {
          ...intent(id),
          body: {
            id,
            slug: values.slug,
            categoryCode: values.categoryCode || (categories.data?.categories[0]?.code ?? ''),
            title: { en: values.titleEn.trim(), zh: values.titleZh.trim() },
            subtitle: { en: values.subtitleEn.trim(), zh: values.subtitleZh.trim() },
            story: { en: values.storyEn.trim(), zh: values.storyZh.trim() },
            pictures: values.pictures,
            commissionBasisPoints: Math.round(Number(values.commission) * 100),
            skus: values.skus.map((sku) => ({
              id: sku.id,
              code: sku.code.trim(),
              label: { en: sku.labelEn.trim(), zh: sku.labelZh.trim() },
              priceMinor: minorOf(sku.price) ?? 0,
              listPriceMinor: sku.listPrice.trim() === '' ? null : minorOf(sku.listPrice),
              costMinor: minorOf(sku.cost) ?? 0,
              weightGrams: Number(sku.weightGrams),
              barcode: sku.barcode,
            })),
          },
        }),
      ),
    onSuccess: ({ product }) => {
      toast(t`Created. Receive stock, then put it on sale.`, 'good')
      void queries.invalidateQueries({ queryKey: ['catalog'] })
      go({ to: '/products', search: { q: pick(product.title) } })
    },
    onError: (error) => {
      toast(wordsOf(error), 'bad')
      if (error instanceof Problem && error.code === 'slug_taken') form.setFieldError('slug', wordsOf(error))
    },
  })
  return (
    <Page title={t`New product`} lead={t`It starts as a draft; nobody sees it before it is put on sale.`}>
      <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
        <Stack>
          <Paper withBorder p="md">
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput required label={t`Title, English`} {...form.getInputProps('titleEn')} />
              <TextInput required label={t`Title, Chinese`} lang="zh-CN" {...form.getInputProps('titleZh')} />
              <TextInput label={t`Subtitle, English`} {...form.getInputProps('subtitleEn')} />
              <TextInput label={t`Subtitle, Chinese`} lang="zh-CN" {...form.getInputProps('subtitleZh')} />
              <Textarea label={t`Story, English`} autosize minRows={2} {...form.getInputProps('storyEn')} />
              <Textarea
                label={t`Story, Chinese`}
                lang="zh-CN"
                autosize
                minRows={2}
                {...form.getInputProps('storyZh')}
              />
              <TextInput
                required
                label={t`Short name`}
                description={t`Part of the address of its page`}
                placeholder="spring-tea-250g"
                {...form.getInputProps('slug')}
              />
              <NativeSelect
                label={t`Category`}
                description={t`Where buyers look for it`}
                data={(categories.data?.categories ?? []).map((each) => ({ value: each.code, label: pick(each.name) }))}
                {...form.getInputProps('categoryCode')}
              />
              <NumberInput
                label={t`Commission for creators, percent`}
                min={0}
                max={80}
                decimalScale={2}
                {...form.getInputProps('commission')}
              />
            </SimpleGrid>
          </Paper>
          <PicturesField
            pictures={form.values.pictures}
            onChange={(pictures) => form.setFieldValue('pictures', pictures)}
          />
          {form.values.skus.map((sku, index) => (
            <Paper withBorder p="md" key={sku.id} component="fieldset" className={css['fieldset']}>
              <Group justify="space-between" mb="xs">
                <Title order={2} size="h5">
                  <Trans>SKU {index + 1}</Trans>
                </Title>
                {form.values.skus.length > 1 && (
                  <Button
                    variant="subtle"
                    size="xs"
                    leftSection={<Trash2 size={14} aria-hidden="true" />}
                    onClick={() => form.removeListItem('skus', index)}
                  >
                    <Trans>Remove</Trans>
                  </Button>
                )}
              </Group>
              <SimpleGrid cols={{ base: 2, sm: 4 }}>
                <TextInput required label={t`Code`} maxLength={40} {...form.getInputProps(`skus.${index}.code`)} />
                <TextInput label={t`Label, English`} {...form.getInputProps(`skus.${index}.labelEn`)} />
                <TextInput label={t`Label, Chinese`} lang="zh-CN" {...form.getInputProps(`skus.${index}.labelZh`)} />
                <TextInput
                  required
                  label={t`Barcode`}
                  inputMode="numeric"
                  {...form.getInputProps(`skus.${index}.barcode`)}
                />
                <TextInput
                  required
                  label={t`Price`}
                  inputMode="decimal"
                  {...form.getInputProps(`skus.${index}.price`)}
                />
                <TextInput
                  label={t`Struck through`}
                  inputMode="decimal"
                  {...form.getInputProps(`skus.${index}.listPrice`)}
                />
                <TextInput required label={t`Cost`} inputMode="decimal" {...form.getInputProps(`skus.${index}.cost`)} />
                <NumberInput
                  required
                  label={t`Weight, grams`}
                  min={1}
                  max={100_000}
                  hideControls
                  allowDecimal={false}
                  {...form.getInputProps(`skus.${index}.weightGrams`)}
                />
              </SimpleGrid>
            </Paper>
          ))}
          <Group justify="space-between">
            <Button
              variant="default"
              leftSection={<Plus size={16} aria-hidden="true" />}
              disabled={form.values.skus.length >= 200}
              onClick={() => form.insertListItem('skus', emptySku())}
            >
              <Trans>Add a SKU</Trans>
            </Button>
            <Group gap="xs">
              <Button component={Go} to="/products" variant="subtle">
                <Trans>Cancel</Trans>
              </Button>
              <Button type="submit" loading={create.isPending}>
                <Trans>Create</Trans>
              </Button>
            </Group>
          </Group>
          {Object.keys(form.errors).length > 0 && (
            <Text c="var(--mantine-color-error)" size="sm" role="alert">
              <Trans>Some fields need another look.</Trans>
            </Text>
          )}
        </Stack>
      </form>
    </Page>
  )
}
