"""Pledges in every state, with papers and what citizens said, so that every page and step of theirs is there."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bureau.attachments.actions import store
from programs.models import Pledge
from programs.purposes import PUBLIC_FILE
from tests.factories import pledges as make


def photo(by):
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(buffer, "JPEG")
    return store(SimpleUploadedFile("photo.jpg", buffer.getvalue(), "image/jpeg"), purpose=PUBLIC_FILE, by=by)


def build(town) -> None:
    people = town.people
    desk = make.Desk(town.home.units["hualong"], people["clerk"], people["approver"], people["moderator"])
    make.draft(desk)
    done = make.fulfilled(desk)
    make.said(done, by=town.world.owner)  # the newest one is still his to rate
    pledge: Pledge = make.published(desk)
    make.note(pledge, desk, evidence=[photo(desk.clerk)])
    make.hidden(pledge, desk)
    make.answered(pledge, desk)
    make.shown(pledge, desk, comment="希望再快些")
    make.said(pledge)
