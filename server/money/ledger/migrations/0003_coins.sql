-- Coins have an owner too: what somebody's coins are worth is found without reading all postings.
create index postings_of_coins on ledger.postings (account, journal_id) where account like 'coins:%';
