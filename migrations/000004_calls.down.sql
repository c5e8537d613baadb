drop table call_nodes;
drop table call_legs;
drop table call_participants;
drop table calls;
