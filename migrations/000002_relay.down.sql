drop table revocations;
drop table blocks;
delete from users where name is null;
alter table users
  drop column deleted_at,
  drop column profile_at,
  drop column avatar_url,
  alter column name set not null;
drop table user_events;
drop table relay_state;
