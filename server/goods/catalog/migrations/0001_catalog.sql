-- Products (SPU) and their SKUs: what a thing is. What it costs and who sells it is in "listings".
-- The words are searched with trigrams, which know no word boundaries and so serve Chinese as well as English.
create extension if not exists pg_trgm with schema public;

create schema catalog;

create table catalog.categories (
  code       text     primary key check (code ~ '^[a-z0-9-]{2,60}$'),
  name_en    text     not null,
  name_zh    text     not null,
  tagline_en text     not null default '',
  tagline_zh text     not null default '',
  place      integer  not null
);

create table catalog.products (
  id            uuid        primary key,
  slug          text        not null constraint products_slug_once unique check (slug ~ '^[a-z0-9-]{3,80}$'),
  category_code text        not null references catalog.categories (code),
  title_en      text        not null,
  title_zh      text        not null,
  subtitle_en   text        not null,
  subtitle_zh   text        not null,
  story_en      text        not null,
  story_zh      text        not null,
  -- Keys of the storage, the first is the cover.
  pictures      text[]      not null default '{}',
  -- Names and values in the order in which people choose; SKUs point into it by index.
  options       jsonb       not null default '[]',
  state         text        not null check (state in ('draft', 'on_sale', 'off_sale')),
  created_at    timestamptz not null,
  published_at  timestamptz check (published_at is not null or state = 'draft'),
  words         text        not null generated always as (title_en || ' ' || title_zh) stored
);
create index products_by_birth on catalog.products (created_at desc, id desc);
create index products_on_sale on catalog.products (published_at desc, id desc) where state = 'on_sale';
create index products_on_sale_by_category on catalog.products (category_code, published_at desc, id desc) where state = 'on_sale';
create index products_by_words on catalog.products using gin (words public.gin_trgm_ops);

create table catalog.skus (
  id           uuid    primary key,
  product_id   uuid    not null references catalog.products (id),
  -- Where it stands among its product's SKUs; never changes.
  place        integer not null check (place >= 0),
  code         text    not null constraint skus_code_once unique,
  label_en     text    not null,
  label_zh     text    not null,
  choices      integer[] not null default '{}',
  -- What we expect to pay for one; the books use the moving average of what was really paid.
  cost_minor   bigint  not null check (cost_minor >= 0),
  currency     text    not null,
  weight_grams integer not null check (weight_grams > 0),
  barcode      text    not null constraint skus_barcode_once unique check (barcode ~ '^\d{8,14}$'),
  unique (product_id, place)
);
