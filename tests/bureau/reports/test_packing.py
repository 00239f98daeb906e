from hypothesis import given
from hypothesis import strategies as st

from bureau.reports.packing import pack_ids, pack_rows, unpack_ids, unpack_rows


@given(st.sets(st.integers(0, 2**62)))
def test_ids_come_back_in_order(ids):
    assert unpack_ids(pack_ids(ids)) == sorted(ids)


@given(st.lists(st.lists(st.one_of(st.none(), st.text(), st.integers(), st.lists(st.text(), max_size=2)))))
def test_rows_come_back(rows):
    assert unpack_rows(pack_rows(rows)) == rows


def test_neighbouring_ids_take_little_room():
    assert len(pack_ids(range(1_000_000, 1_010_000))) < 200
