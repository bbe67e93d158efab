from plans.document.reader import read
from plans.document.writer import write
