alter table revocations drop column expires_at;
