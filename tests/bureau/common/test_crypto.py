import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.test.utils import isolate_apps

from bureau.common import crypto
from bureau.common.crypto import EncryptedTextField, Secret

NUMBER = "632124198001010014"


def test_the_database_holds_no_plain_text_and_the_page_only_the_mask():
    stored = Secret(NUMBER).stored()
    assert NUMBER not in stored
    secret = Secret(stored=stored)
    assert (str(secret), f"{secret}", repr(secret)) == ("632***********0014", "632***********0014",
                                                        "<Secret 632***********0014>")  # fmt: skip
    assert secret.reveal() == NUMBER


def test_two_encryptions_of_one_number_differ_but_its_index_does_not():
    assert crypto.encrypt(NUMBER) != crypto.encrypt(NUMBER)
    assert crypto.blind_index("６３２１２４ 19800101-001x", "id") == crypto.blind_index("63212419800101001X", "id")
    assert crypto.blind_index(NUMBER, "id") != crypto.blind_index(NUMBER, "account")


def test_old_keys_still_decrypt_and_the_newest_encrypts(settings):
    settings.FIELD_KEYS = {"a": b"1" * 32}
    old = crypto.encrypt(NUMBER)
    settings.FIELD_KEYS = {"a": b"1" * 32, "b": b"2" * 32}
    assert crypto.decrypt(old) == NUMBER
    assert crypto.encrypt(NUMBER).startswith("b:")


def test_an_altered_value_or_a_lost_key_is_reported(settings):
    settings.FIELD_KEYS = {"a": b"1" * 32}
    stored = crypto.encrypt(NUMBER)
    altered = stored[:-6] + ("A" if stored[-6] != "A" else "B") + stored[-5:]
    with pytest.raises(ImproperlyConfigured):
        crypto.decrypt(altered)
    settings.FIELD_KEYS = {"b": b"1" * 32}
    with pytest.raises(ImproperlyConfigured):
        crypto.decrypt(stored)


@isolate_apps("bureau.common")
def test_a_model_never_hands_out_plain_text_and_cannot_be_searched():
    class Payee(models.Model):
        account = EncryptedTextField(mask="account", null=True)

        class Meta:
            app_label = "common"

        def __str__(self):
            return str(self.account)

    payee = Payee(account="6217000010001234567")
    assert str(payee) == "**** 4567"
    assert Payee(account=None).account is None
    assert not Payee._meta.get_field("account").formfield.__self__.editable
    for lookup in ("exact", "startswith", "regex", "in"):
        with pytest.raises(FieldError):
            Payee.objects.filter(**{f"account__{lookup}": "6"})


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (crypto.mask_phone, "13897001234", "138****1234"),
        (crypto.mask_name, "马哈三", "马**"),
        (crypto.mask_account, "6217000010001234567", "**** 4567"),
        (crypto.mask_id, "1234", "****"),
    ],
)
def test_masks(mask, text, shown):
    assert mask(text) == shown
